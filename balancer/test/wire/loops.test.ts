import { connect, createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { originAt } from '../origins.ts';
import { roadOver } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';
import { get, startByteOrigin, valuesOf } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('an origin that leads back to the balancer gives a 508 after one round', async () => {
  const relay = createServer((socket) =>
    socket
      .on('error', () => {})
      .pipe(connect(back, '127.0.0.1'))
      .on('error', () => {})
      .pipe(socket),
  );
  let back = 0;
  await new Promise<void>((listening) => relay.listen(0, '127.0.0.1', listening));
  const road = roadOver([originAt((relay.address() as { port: number }).port)]);
  ends.push(() => relay.close(), road.close);
  back = await portOf(road.server);
  const answer = await onTheWire(road.server, get('/'));
  expect(answer).toMatch(/^HTTP\/1\.1 508 Loop Detected\r\n/);
  // Over two threads, either of the two rounds may be told of first.
  await until(() => road.records().length === 2, road.records);
  const rounds = road.records().map(({ status, attempts }) => [status, attempts.length]);
  expect(rounds.toSorted()).toEqual([
    [508, 0],
    [508, 1],
  ]);
});

test('a balancer behind a balancer is none', async () => {
  const origin = await startByteOrigin((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  const inner = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=off', `--origins=http://127.0.0.1:${origin.port}`]);
  const outer = roadOver([originAt(await inner.port())]);
  ends.push(origin.close, () => inner.end(), outer.close);
  expect(await onTheWire(outer.server, get('/'))).toMatch(/^HTTP\/1\.1 200 /);
  const hops = valuesOf(origin.received(), 'X-LB-Hop');
  expect(new Set(hops).size).toBe(2);
});
