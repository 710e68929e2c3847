import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { roadOver } from '../road.ts';
import { onTheWire } from '../wire.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { connectionsTo, Noting, request } from './taking.ts';
import { get, startByteOrigin } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const tooLate = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

test('an origin that says 408 on an idle connection is known to wait no longer than that', async () => {
  const sockets: Socket[] = [];
  const { connections, pass, close } = await connectionsTo((socket) => {
    sockets.push(socket);
    socket.on('data', () => socket.write(ok));
  });
  ends.push(close);
  const send = async (method: string) => {
    const taker = new Noting();
    connections.send(request(method), taker);
    expect(await taker.over()).toMatchObject({ status: 200, failure: undefined });
  };
  await send('GET');
  await pass(40);
  const [first] = sockets as [Socket];
  first.end(tooLate);
  if (!first.closed) await once(first, 'close');
  await send('GET');
  await pass(30);
  // Half of 40 ms is the longest that it trusts a connection now with what can't be sent twice.
  await send('POST');
  expect(sockets.length).toBe(3);
});

/** An origin that answers one request on each connection, and has just found it idle for too long when the second arrives. */
function justLate() {
  const used = new WeakSet<Socket>();
  return startByteOrigin((socket) => {
    if (used.has(socket)) socket.end(tooLate);
    else socket.write(ok);
    used.add(socket);
  });
}

async function over(start: Promise<Awaited<ReturnType<typeof startByteOrigin>>>) {
  const origin = await start;
  const road = roadOver([originAt(origin.port)], { retries: 0 });
  ends.push(origin.close, road.close);
  return { origin, road };
}

test('a 408 that an origin said to nobody is no answer to the request that met it, which leaves once more', async () => {
  const { road } = await over(justLate());
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  for (let i = 1; i <= 4; i++) {
    client.send(ask('/'));
    await client.until(new RegExp(`(?:[\\s\\S]*?HTTP/1\\.1 [\\s\\S]*?\\r\\n\\r\\n){${i}}`));
  }
  expect(statusesIn(client.received)).toEqual([200, 200, 200, 200]);
});

test('a 408 that comes by a new connection is an answer like any other', async () => {
  const { road, origin } = await over(startByteOrigin((socket) => socket.end(tooLate)));
  expect(statusesIn(await onTheWire(road.server, get('/')))).toEqual([408]);
  expect(origin.connections()).toBe(1);
});

test('a POST is sent once, whatever a 408 says: its client is told', async () => {
  const { road, origin } = await over(justLate());
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  client.send(ask('/'));
  await client.until(/ok$/);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  await client.until(/HTTP[\s\S]*HTTP\/1\.1 (?:408|200) [\s\S]*(?:\r\n\r\n|ok)$/);
  expect(origin.received().match(/POST/g)).toHaveLength(1);
});
