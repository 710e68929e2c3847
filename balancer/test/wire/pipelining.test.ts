import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { originAt, startOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import { until } from '../until.ts';
import { portOf } from '../wire.ts';
import { ask, Client } from './hostile.ts';
import { startByteOrigin } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('answers that wait behind another are not cut while the client reads that slowly, and never pauses for long', async () => {
  const [patience, mebibyte] = [1500, 1024 * 1024];
  const origin = await startOrigin((_req, res) => res.end(Buffer.alloc(12 * mebibyte)));
  const road = roadOver([origin.origin], { patience });
  ends.push(origin.close, road.close);
  const client = connect(await portOf(road.server), '127.0.0.1').on('error', () => {});
  ends.push(() => client.destroy());
  client.write(ask('/1') + ask('/2') + ask('/3', 'Connection: close'));
  let read = 0;
  const begun = performance.now();
  // 36 times 1 MiB, every 100 ms: longer by far than anybody may say nothing, and than the connection keeps by itself.
  for await (const piece of client) {
    const before = Math.floor(read / mebibyte);
    read += piece.length;
    if (Math.floor(read / mebibyte) > before) await pause(100);
  }
  expect(performance.now() - begun).toBeGreaterThan(2 * patience);
  expect(road.records().map(({ target, status }) => `${target} ${status}`)).toEqual(['/1 200', '/2 200', '/3 200']);
  expect(read).toBeGreaterThan(36 * mebibyte);
});

test('an answer that breaks off behind another ends its connection, and gives back all that it took up', async () => {
  const origin = await startByteOrigin((socket, request) => {
    if (request.startsWith('GET /slow')) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow'), 50);
    else if (request.startsWith('GET /break')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthird');
  });
  ends.push(origin.close);
  const road = roadOver([originAt(origin.port)], { retries: 0 });
  ends.push(road.close);
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  const received = await client.send(ask('/slow') + ask('/break') + ask('/third')).end();
  expect(received).toContain('\r\n\r\nslow');
  expect(received).not.toContain('third');
  const counts = () => [road.ledger.enter(0), road.ledger.connect(0), road.pool.status()[0]?.inFlight];
  await until(() => counts().every((count) => count === 0), counts);
});
