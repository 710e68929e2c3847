import { expect, test } from '@jest/globals';
import { until } from '../../until.ts';
import { slowOrigin } from '../limited.ts';
import { ask, clientOf, roadOfBoth, roadTo } from './asking.ts';
import { asking, block, codes, FrameClient, flags, frame, settings, types, word } from './frames.ts';

test('a connection on which nothing runs is closed after its time, with GOAWAY', async () => {
  const road = await roadTo(undefined, '--keep-alive-timeout=200ms');
  const client = await FrameClient.to(road.server);
  client.ask(1);
  await client.ended(1);
  expect(await client.end()).toEqual({ code: codes.none, lastStream: 1 });
});

test('a client that says nothing after its first words, or nothing at all, is not waited for', async () => {
  const road = await roadTo(undefined, '--header-timeout=200ms');
  const begun = await FrameClient.silent(road.server);
  begun.send(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
  const half = await FrameClient.silent(road.server);
  half.send(Buffer.from('PRI * HT'));
  const silent = await FrameClient.silent(road.server);
  await Promise.all([begun.end(), half.end(), silent.end()]);
});

test('fields that don’t end are not waited for', async () => {
  const road = await roadTo(undefined, '--header-timeout=200ms');
  const client = await FrameClient.to(road.server);
  await client.read();
  client.send(frame(types.headers, flags.endStream, 1, block(...asking())));
  expect((await client.end()).code).toBe(codes.calm);
  expect(road.notes()).toContain('408 Request Timeout: the header took too long');
});

test('a request that runs is not cut by the time for fields, nor by that for idle connections', async () => {
  const road = await roadTo(
    (_req, res) => void setTimeout(() => res.end('late'), 600),
    '--header-timeout=100ms',
    '--keep-alive-timeout=100ms',
  );
  expect((await ask(await clientOf(road))).body).toBe('late');
});

test('after so many requests there is a GOAWAY, and all of them are answered', async () => {
  const road = await roadTo(undefined, '--max-requests=3');
  const client = await FrameClient.to(road.server);
  await client.first(types.settings, 0);
  for (const stream of [1, 3, 5, 7, 9]) client.ask(stream);
  expect(await client.end()).toEqual({ code: codes.none, lastStream: 5 });
  await Promise.all([1, 3, 5].map((stream) => client.ended(stream)));
  expect(road.requests).toHaveLength(3);
});

test('a client that takes nothing of an answer has it reset, be it that it opens no window, and others go on', async () => {
  const road = await roadTo((req, res) => res.end(req.url === '/long' ? Buffer.alloc(1_000_000) : 'short'), 300);
  const client = await FrameClient.to(road.server, [settings.initialWindow, 10]);
  client.ask(1, asking('/long'));
  expect(await client.reset(1)).toBe(codes.cancel);
  client.ask(3, asking('/short'));
  await client.ended(3);
  expect((await road.record()).status).toBeNull();
});

test('a client that reads nothing at all, not even that its answers are given up, loses its connection and its places', async () => {
  const road = await roadTo((req, res) => res.end(req.url === '/long' ? Buffer.alloc(32_000_000) : 'short'), 200);
  const client = await FrameClient.to(road.server, [settings.initialWindow, 2 ** 31 - 1]);
  client.deafen().send(frame(types.windowUpdate, flags.none, 0, word(2 ** 31 - 1 - 65_535)));
  client.ask(1, asking('/long'));
  for (let stream = 3; stream < 20; stream += 2) client.ask(stream, asking('/short'));
  const seen = () => ({ clients: road.ledger.connect(0), running: road.ledger.enter(0), records: road.records().length });
  await until(() => seen().records === 10 && seen().clients === 0 && seen().running === 0, seen);
});

test('a client that takes a little from time to time is waited for', async () => {
  const road = await roadTo((_req, res) => res.end(Buffer.alloc(300_000)), 500);
  const client = await FrameClient.to(road.server, [settings.initialWindow, 65_535]);
  client.ask(1);
  for (let i = 0; i < 4; i += 1) {
    const before = client.of(types.data, 1).length;
    await until(
      () => client.of(types.data, 1).length > before || i === 0,
      () => client.frames.length,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    client.send(frame(types.windowUpdate, flags.none, 1, word(65_535)), frame(types.windowUpdate, flags.none, 0, word(65_535)));
  }
  client.send(frame(types.windowUpdate, flags.none, 1, word(1_000_000)), frame(types.windowUpdate, flags.none, 0, word(1_000_000)));
  await client.ended(1);
});

test('a body that falls silent is a 408', async () => {
  const road = await roadTo(undefined, 200);
  const client = await FrameClient.to(road.server);
  client.ask(1, [...asking('/', 'POST'), ['content-length', '10']], flags.endHeaders);
  client.send(frame(types.data, flags.none, 1, 'half'));
  expect(await client.status(1)).toBe(408);
  expect(await client.reset(1)).toBe(codes.none);
  expect(client.isOpen).toBe(true);
});

test('one connection gets no more at the origins than its address may have', async () => {
  const started = await slowOrigin();
  const road = roadOfBoth([started.origin], { flags: ['--max-running-per-address=3'], maxWaiting: 100, maxWait: 5000 });
  const client = await clientOf(road);
  const answers = Promise.all(Array.from({ length: 10 }, () => ask(client)));
  await started.arrived(3);
  await ask(client, { ':path': '*', ':method': 'OPTIONS' });
  expect(started.most()).toBe(3);
  started.answerFrom(0);
  expect((await answers).map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(started.most()).toBe(3);
});

test('who finds no place is told 503 on the stream, and the connection goes on', async () => {
  const started = await slowOrigin();
  const road = roadOfBoth([started.origin], { maxConnections: 1, maxWaiting: 0 });
  const client = await clientOf(road);
  const first = ask(client);
  await started.arrived(1);
  expect((await ask(client)).status).toBe(503);
  started.answerFrom(0);
  expect((await first).status).toBe(200);
  expect((await ask(client)).status).toBe(200);
});

test('HTTP/1.1 is spoken at the same port as before', async () => {
  const road = await roadTo();
  const { port } = (road.server.address() as { port: number }) ?? {};
  const { urlOf } = await import('../../wire.ts');
  const url = await urlOf(road.server);
  expect(port).toBeUndefined();
  const answer = await fetch(url, { method: 'POST', body: 'hello' });
  expect([answer.status, road.requests[0]?.httpVersion]).toEqual([200, '1.1']);
});
