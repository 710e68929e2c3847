import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { answeredIn } from '../request/answered.ts';
import { knownCuts } from '../request/cuts.ts';
import { followed } from '../request/meaning.ts';
import { readPlainly } from '../request/plain.ts';
import { refusals } from '../request/refusals.ts';
import { requestBytesIn, requestBytesOf, textOfRequest } from '../request/request-case.ts';
import { readStrictly } from '../request/strict.ts';

const casesOf = (seed: number) => Array.from({ length: 500 }, (_, number) => textOfRequest(requestBytesOf(number, seed)));

test('the same seed gives the same bytes, another seed others', () => {
  expect(casesOf(1)).toEqual(casesOf(1));
  expect(casesOf(1)).not.toEqual(casesOf(2));
});

test('bytes that were printed are the same bytes', () => {
  for (const each of casesOf(3)) expect(textOfRequest(requestBytesIn(each))).toBe(each);
});

test('docs/faults.md lists all that the balancer answers itself, and why', () => {
  const [, table = ''] = /<!-- refusals -->\n([\s\S]*)<!-- \/refusals -->/.exec(readFileSync('docs/faults.md', 'utf8')) ?? [];
  const rows = refusals.map(({ name, says, why }) => `| ${name} | ${says.slice(0, 3)} | ${why} |`);
  expect(table.trim().split('\n').slice(2)).toEqual(rows);
});

test('docs/faults.md lists all that depends on how much is read at once, and why', () => {
  const [, table = ''] = /<!-- cuts -->\n([\s\S]*)<!-- \/cuts -->/.exec(readFileSync('docs/faults.md', 'utf8')) ?? [];
  expect(table.trim().split('\n').slice(2)).toEqual(knownCuts.map(({ name, why }) => `| ${name} | ${why} |`));
});

test.each([
  ['RTSP or ICE', 'GET / RTSP/1.0\r\n\r\n'],
  ['CONNECT behind other requests', 'GET / HTTP/1.1\r\nHost: a\r\n\r\nCONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['something behind an upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
])('%s is known for what depends on how much is read at once', async (name, text) => {
  const bytes = Buffer.from(text);
  const plain = await readPlainly(bytes, 4096);
  expect(knownCuts.filter(({ holds }) => holds(bytes, plain)).map((each) => each.name)).toEqual([name]);
});

const get = (...fields: string[]) => ['GET / HTTP/1.1', 'Host: a', ...fields, '', ''].join('\r\n');
const chunks = (body: string) => `${get('Transfer-Encoding: chunked')}${body}`;

test('a strict reader tells requests apart, and keeps what isn’t whole', () => {
  const text = `${get()}${get('Content-Length: 2')}hi${chunks('3\r\nabc\r\n0\r\nX: y\r\n\r\n')}${get('Content-Length: 3')}no`;
  const { requests, begun, problem } = readStrictly(text);
  expect(requests.map(({ body, trailers }) => [body, trailers])).toEqual([
    ['', []],
    ['hi', []],
    ['abc', ['X', 'y']],
  ]);
  expect(begun).toMatchObject({ fields: ['Host', 'a', 'Content-Length', '3'], isWhole: false });
  expect(problem).toBeUndefined();
});

describe('a strict reader takes nothing that could be read in another way:', () => {
  test.each([
    ['a line that ends with LF alone', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
    ['another version', 'GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
    ['two blanks', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', get('Host: b')],
    ['a fold', get('X: a', ' b')],
    ['a blank before the colon', get('Content-Length : 1')],
    ['a length and chunks', get('Content-Length: 1', 'Transfer-Encoding: chunked')],
    ['two lengths', get('Content-Length: 1', 'Content-Length: 1')],
    ['a length that begins with a zero', get('Content-Length: 01')],
    ['another coding', get('Transfer-Encoding: gzip, chunked')],
    ['a chunk with an extension', chunks('1;a\r\nx\r\n0\r\n\r\n')],
    ['a chunk that is longer than it says', chunks('1\r\nxx\r\n0\r\n\r\n')],
    ['a folded trailer', chunks('0\r\nX: a\r\n b\r\n\r\n')],
  ])('%s', (_what, text) => {
    expect(readStrictly(`${text}${get()}`).problem).toBeDefined();
  });
});

test('Node’s own server tells what it reads, up to what it can’t', async () => {
  const { requests, error } = await readPlainly(Buffer.from(`${chunks('2\r\nhi\r\n0\r\n\r\n')}${get('Expect: x')}nonsense\r\n\r\n`), 4096);
  expect(requests.map(({ body, isWhole }) => [body, isWhole])).toEqual([
    ['hi', true],
    ['', true],
  ]);
  expect(error).toBe('HPE_INVALID_METHOD');
});

test('answers are told apart, interim ones and those to HEAD among them', () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
  const received = `HTTP/1.1 100 Continue\r\n\r\n${ok}${ok}hi`;
  expect(answeredIn(received, ['HEAD', 'GET']).map(({ body }) => body)).toEqual(['', 'hi']);
  expect(() => answeredIn(`${ok}h`, ['GET'])).toThrow('a part of an answer');
});

describe('it is a fault', () => {
  const plain = (...texts: string[]) => readPlainly(Buffer.from(texts.join('')), 4096);
  const said = (body: string) => ({ status: 200, body, isLast: false });
  const asked = (text: string) => readStrictly(text).requests;

  test('when all is well: no', async () => {
    const text = get('X: 1', 'Content-Length: 2');
    expect(followed(await plain(`${text}hi`), [said('GET / 2')], asked(`${text}hi`)).fault).toBeUndefined();
  });

  test('when a value has in it what would be a name, behind a name that goes on: no', async () => {
    const text = get('X_Forwarded: For: 1.2.3.4');
    expect(followed(await plain(text), [said('GET / 0')], asked(text)).fault).toBeUndefined();
  });

  test.each<[string, string, ReturnType<typeof said>[], string]>([
    ['when the origin gets a request that nobody sent', get(), [said('GET / 0')], get() + get()],
    ['when it gets another target', get(), [said('GET /x 0')], get().replace('/ ', '/x ')],
    ['when it gets another body', `${get('Content-Length: 2')}hi`, [said('GET / 2')], `${get('Content-Length: 2')}ho`],
    ['when a field is lost', get('X: 1'), [said('GET / 0')], get()],
    ['when a field is new', get(), [said('GET / 0')], get('X: 1')],
    ['when the origin sees what ends at the balancer', get('Keep-Alive: 1'), [said('GET / 0')], get('Keep-Alive: 1')],
    ['when it sees what CGI would read as one', get('X_Forwarded_For: 1'), [said('GET / 0')], get('X_Forwarded_For: 1')],
    ['when there is no answer', get(), [], get()],
    ['when there is one too many', get(), [said('GET / 0'), said('GET / 0')], get()],
    [
      'when what Node takes is refused for no known reason',
      get(),
      [{ status: 400, body: '400 Bad Request: exactly one Host', isLast: true }],
      '',
    ],
    ['when a request is whole that was not', `${get('Content-Length: 9')}hi`, [said('GET / 2')], `${get('Content-Length: 2')}hi`],
  ])('%s', async (_what, sent, answers, got) => {
    expect(followed(await plain(sent), answers, asked(got)).fault).toBeDefined();
  });
});
