import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { stop } from '../src/server.ts';
import { RunningOrigin } from './running.ts';

/** How long nobody wants to wait, in ms. */
const long = 60_000;

test('ends event streams, says goodbye on WebSockets, answers who hangs', async () => {
  const origin = await RunningOrigin.start({ random: () => 0 });
  await origin.break({ hangRate: 1 });
  const hanging = origin.fetch('/');
  await origin.arrived(1);
  const stream = await origin.fetch('/_origin/sse');
  const socket = new WebSocket(`ws://127.0.0.1:${origin.port}/_origin/ws`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  const stopped = stop(origin.server, long);
  expect((await hanging).status).toBe(200);
  expect(await stream.text()).toMatch(/^id: 1\n/);
  const [{ code, wasClean }] = await closed;
  expect([code, wasClean]).toEqual([1001, true]);
  await stopped;
});

test('cuts what takes too long', async () => {
  const origin = await RunningOrigin.start();
  await origin.break({ latencyMs: 60_000 });
  const delayed = origin.fetch('/').catch(() => 'cut');
  await origin.arrived(1);
  const half = origin.connect();
  half.on('error', () => {});
  half.write('PUT /_origin/fault HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
  const download = await origin.fetch('/_origin/bytes/1073741824');
  await stop(origin.server, 10);
  expect(await delayed).toBe('cut');
  await expect(download.arrayBuffer()).rejects.toThrow();
});

test('cuts a WebSocket whose client does not hang up', async () => {
  const origin = await RunningOrigin.start();
  const client = origin.connect();
  client.on('error', () => {});
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  client.write(
    `GET /_origin/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await once(client, 'readable'); // and then it reads nothing
  await stop(origin.server, long);
});

test('ends at once what asks for something endless as it stops', async () => {
  const origin = await RunningOrigin.start();
  const client = origin.connect();
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /_origin/sse HTTP/1.1\r\nHost: a\r\n');
  await once(client, 'readable'); // the second request is half sent
  const stopped = stop(origin.server, long);
  client.write('\r\n');
  client.resume();
  await stopped;
});
