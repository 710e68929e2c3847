import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { startOrigin } from '../origins.ts';
import { type RoadOptions, roadOver } from '../road.ts';
import { until } from '../until.ts';
import { ask, Client, statusesIn } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A road to an origin that leaves every answer to the test, and a client that has sent bytes and waits until so many requests have come there. */
async function asked(bytes: string, come: number, options: RoadOptions = {}) {
  const arrived: ServerResponse[] = [];
  const origin = await startOrigin((_req, res) => arrived.push(res));
  ends.push(origin.close);
  const road = roadOver([origin.origin], options);
  ends.push(road.close);
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  client.send(bytes);
  const comes = async (count: number) => {
    await until(
      () => arrived.length >= count,
      () => arrived.length,
    );
    return arrived[count - 1] as ServerResponse;
  };
  const last = await comes(come);
  /** Resolves once no request has a place any more. */
  const free = () =>
    until(
      () => road.ledger.enter(0) === 0,
      () => road.ledger.enter(0),
    );
  /** Resolves once another client that says no more was heard, and thus all that was said before, at least where there is one thread. */
  const heard = async () => {
    const next = await Client.to(road.server);
    ends.push(() => next.leave());
    await next
      .send(ask('/next'))
      .finish()
      .until(/100 Continue/);
  };
  return { road, client, comes, last, free, heard };
}

test('a client that says no more once it has asked gets its answer, and then the connection is over', async () => {
  const { client, last } = await asked(ask('/'), 1);
  // It is asked whether it is still there, by what every client of HTTP/1.1 throws away (RFC 9110 §15.2.1).
  await client.finish().until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  last.end('late');
  const received = await client.end();
  expect(statusesIn(received)).toEqual([100, 200]);
  expect(received).toMatch(/\r\nConnection: close\r\n\r\nlate$/);
});

test('a client that says no more once it has sent its body gets its answer', async () => {
  const { client, last } = await asked('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi', 1);
  await client.finish().until(/100 Continue/);
  last.end('late');
  expect(await client.end()).toMatch(/late$/);
});

test('requests that it has sent ahead are all answered, in their order', async () => {
  const { client, last, comes } = await asked(ask('/1') + ask('/2') + ask('/3'), 1);
  await client.finish().until(/100 Continue/);
  last.end('first');
  (await comes(2)).end('second');
  (await comes(3)).end('third');
  const received = await client.end();
  expect(received).toMatch(/first[\s\S]*second[\s\S]*third$/);
  expect(received.match(/Connection: \S+/g)).toEqual(['Connection: keep-alive', 'Connection: keep-alive', 'Connection: close']);
});

test('a client of HTTP/1.0, which knows no interim answers, is told nothing before its answer', async () => {
  const { client, last, heard } = await asked('GET / HTTP/1.0\r\n\r\n', 1);
  client.finish();
  await heard();
  last.end('late');
  expect(statusesIn(await client.end())).toEqual([200]);
});

test('an answer that has begun goes on, with nothing in between', async () => {
  const { client, last, heard } = await asked(ask('/'), 1);
  last.writeHead(200, { 'Content-Length': 8 }).write('half');
  await client.until(/half$/);
  client.finish();
  await heard();
  last.end('half');
  const received = await client.end();
  expect(statusesIn(received)).toEqual([200]);
  expect(received).toMatch(/\r\n\r\nhalfhalf$/);
});

test('a client that waits for a place says no more, and gets one', async () => {
  const { road, client, last, comes } = await asked(ask('/running'), 1, { maxConnections: 1, maxWaiting: 1, maxWait: 20_000 });
  const waiting = await Client.to(road.server);
  ends.push(() => waiting.leave());
  await waiting
    .send(ask('/waiting'))
    .finish()
    .until(/100 Continue/);
  last.on('close', () => {});
  last.end('ran');
  await client.until(/ran$/);
  (await comes(2)).end('waited');
  expect(await waiting.end()).toMatch(/waited$/);
});

test.each([
  ['before its answer', '', ''],
  ['behind another request that it has sent ahead', ask('/2'), ''],
  ['in the middle of the next request', 'GET /2', ''],
])('a client that leaves %s is found out, and takes no place any more', async (_when, more) => {
  const { client, last, free, road } = await asked(ask('/') + more, 1);
  const left = once(last, 'close');
  client.leave();
  await left;
  await free();
  expect(await road.record()).toMatchObject({ status: null });
});

test('a client that leaves in the middle of its answer is found out by what comes next of it', async () => {
  const { client, last, free } = await asked(ask('/'), 1);
  last.write('begun');
  await client.until(/begun/);
  const left = once(last, 'close');
  client.leave();
  last.write('more');
  await left;
  await free();
});

test('a client that leaves in the middle of its body gets no answer from an origin', async () => {
  const { client, last, free } = await asked(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(1000)}`, 1);
  const left = once(last, 'close');
  client.finish();
  await left;
  await free();
  expect(last.req.complete).toBe(false);
  expect(statusesIn(await client.end())).toEqual([400]);
});
