import { expect, test } from '@jest/globals';
import type { RoadExchange } from '../../src/admit/road-exchange.ts';
import type { Reply } from '../../src/listen/reply.ts';
import type { RoadRequest } from '../../src/listen/request.ts';
import { provesHost } from '../../src/route/prove-host.ts';

const proofs = new Map([['token', 'token.thumbprint']]);

/** What a request becomes: what it is answered, or `on` where it goes on its way. */
function madeOf(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  shown: ReadonlyMap<string, string> = proofs,
): string {
  let seen = '';
  const answer: Reply['answer'] = (status, _phrase, fields, body) => {
    seen = `${status} ${fields.join(' ')}: ${body}`;
  };
  const isAnswered = provesHost(shown, { target } as RoadExchange, { method, headers } as unknown as RoadRequest, { answer } as Reply);
  return isAnswered ? seen : 'on';
}

test('an authority is answered that asks for a token, which nobody is to keep', () => {
  expect(madeOf('GET', '/.well-known/acme-challenge/token')).toBe(
    '200 Cache-Control no-store Content-Type application/octet-stream Content-Length 16: token.thumbprint',
  );
});

test.each([
  ['GET', '/.well-known/acme-challenge/other', {}],
  ['GET', '/.well-known/acme-challenge/token/', {}],
  ['GET', '/.well-known/acme-challenge/token?a', {}],
  ['GET', '/.well-known/acme-challenge/', {}],
  ['GET', '/x/.well-known/acme-challenge/token', {}],
  ['POST', '/.well-known/acme-challenge/token', {}],
  ['GET', '/.well-known/acme-challenge/token', { 'content-length': '1' }],
  ['GET', '/.well-known/acme-challenge/token', { 'transfer-encoding': 'chunked' }],
])('any other request goes on: %s %s %j', (method, target, headers) => {
  expect(madeOf(method, target, headers)).toBe('on');
});

test('all go on while no authority is to ask', () => {
  expect(madeOf('GET', '/.well-known/acme-challenge/token', {}, new Map())).toBe('on');
});
