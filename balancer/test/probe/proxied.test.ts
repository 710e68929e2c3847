import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { httpCheck, tcpCheck } from '../../src/probe/check.ts';
import { loadProbe } from '../../src/probe/load-probe.ts';
import { usualTerms } from '../../src/wire/handshake.ts';
import { deadOrigin } from '../origins.ts';
import { startProxiedOrigin } from '../proxied-origin.ts';
import { fileOf, identityBy } from '../tls-origin.ts';
import { until } from '../until.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

const handshake = { ...usualTerms, authorities: { file: 'authority', pem: readFileSync(fileOf('authority'), 'utf8') } };
const never = new AbortController().signal;

async function started(version: 'v1' | 'v2', isSecure: boolean) {
  const answer = { answer: (_req: unknown, res: { end(text: string): unknown }) => void res.end('{"inFlight":3,"latencyMs":12.5}') };
  const server = await startProxiedOrigin(version, { ...answer, ...(isSecure && { shows: identityBy('local') }) });
  ends.push(server.close);
  return server;
}

test.each([
  ['v1', false],
  ['v2', false],
  ['v1', true],
  ['v2', true],
] as const)(
  'whoever wants a header (%s, over TLS: %j) gets one from all that is probed, in which the balancer speaks for itself',
  async (version, isSecure) => {
    const { origin, headers, requests } = await started(version, isSecure);
    await tcpCheck({ handshake }).check(origin, never);
    await httpCheck('/health', { handshake }).check(origin, never);
    const ask = loadProbe('/load', undefined, handshake);
    expect([await ask(origin), await ask(origin)]).toEqual([
      { inFlight: 3, latencyMs: 12.5 },
      { inFlight: 3, latencyMs: 12.5 },
    ]);
    await until(
      () => headers.length === 3,
      () => headers,
    );
    expect(headers).toEqual(Array.from({ length: 3 }, () => ({ version, ends: undefined })));
    expect(requests.map((request) => request.split(' ')[1])).toEqual(['/health', '/load', '/load']);
  },
);

test.each(['http', 'https'])('who does not listen is found so, over %s', async (scheme) => {
  const { id } = deadOrigin();
  const origin = { ...deadOrigin(), proxyProtocol: 'v2' as const, url: new URL(`${scheme}://${id}`) };
  const refused = { code: 'ECONNREFUSED' };
  await expect(tcpCheck().check(origin, never)).rejects.toMatchObject(refused);
  await expect(httpCheck('/health').check(origin, never)).rejects.toMatchObject(refused);
  await expect(loadProbe('/load')(origin)).rejects.toMatchObject(refused);
});

test('who is not believed over TLS is found so', async () => {
  const { origin } = await started('v2', true);
  await expect(tcpCheck().check(origin, never)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  await expect(loadProbe('/load')(origin)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test('a probe that is given up ends its connection', async () => {
  const { origin, open } = await started('v2', false);
  const controller = new AbortController();
  const asked = httpCheck('/health').check({ ...origin, url: new URL('http://192.0.2.1') }, controller.signal);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'ABORT_ERR' });
  expect(open()).toBe(0);
});
