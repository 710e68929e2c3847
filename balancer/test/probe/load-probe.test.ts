import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { loadProbe } from '../../src/probe/load-probe.ts';
import { usualTerms } from '../../src/wire/handshake.ts';
import { deadOrigin, originAt, startOrigin, type TestOrigin } from '../origins.ts';
import { fileOf, identityBy } from '../tls-origin.ts';

const open: TestOrigin[] = [];
afterEach(async () => {
  for (const origin of open.splice(0)) await origin.close();
});

async function asked(handler: RequestListener) {
  const started = await startOrigin(handler);
  open.push(started);
  return { answer: loadProbe('/load')(started.origin), ...started };
}

test('an origin says its load', async () => {
  const { answer, requests } = await asked((_req, res) => res.end('{"inFlight":3,"latencyMs":12.5}'));
  expect(await answer).toEqual({ inFlight: 3, latencyMs: 12.5 });
  expect(requests.map(({ url }) => url)).toEqual(['/load']);
});

test('is asked under a name where one is given', async () => {
  const started = await startOrigin((req, res) => res.end(req.headers.host === 'app.example' ? '{"inFlight":1,"latencyMs":2}' : ''));
  open.push(started);
  await expect(loadProbe('/load')(started.origin)).rejects.toThrow('the answer is no load');
  expect(await loadProbe('/load', 'app.example')(started.origin)).toEqual({ inFlight: 1, latencyMs: 2 });
});

test('over TLS is asked only of who shows who it is, as requests are', async () => {
  const server = createServer(identityBy('elsewhere'), (_req, res) => res.end('{"inFlight":1,"latencyMs":2}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = { ...originAt(port), url: new URL(`https://127.0.0.1:${port}`) };
  const believed = { ...usualTerms, authorities: { file: 'authority', pem: readFileSync(fileOf('authority'), 'utf8') } };
  await expect(loadProbe('/load')(origin)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  await expect(loadProbe('/load', undefined, believed)(origin)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(await loadProbe('/load', undefined, { ...believed, name: 'shop.internal' })(origin)).toEqual({ inFlight: 1, latencyMs: 2 });
  server.closeAllConnections();
  server.close();
});

test.each([
  ['not found', '404 Not Found'],
  ['half an answer', '{"inFlight":3}'],
  ['text for a figure', '{"inFlight":"3","latencyMs":1}'],
  ['a negative figure', '{"inFlight":-1,"latencyMs":1}'],
  ['null', 'null'],
])('%s is no load', async (_what, text) => {
  const { answer } = await asked((_req, res) => res.end(text));
  await expect(answer).rejects.toThrow('the answer is no load');
});

test('an answer that breaks off is an error', async () => {
  const { answer } = await asked((_req, res) => {
    res.writeHead(200, { 'Content-Length': 100 }).write('{"inFlight":', () => res.destroy());
  });
  await expect(answer).rejects.toThrow('the answer broke off');
});

test('an answer without end is not read', async () => {
  const { answer } = await asked((_req, res) => {
    const more = () => res.write('x'.repeat(1000));
    res.on('drain', more);
    more();
    more();
  });
  await expect(answer).rejects.toThrow('the answer is too long');
});

test('one that never comes, and one from nowhere, are errors', async () => {
  const { answer } = await asked(() => {});
  await expect(answer).rejects.toThrow('no answer in time');
  await expect(loadProbe('/load')(deadOrigin())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
