import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver, type TestRoad } from '../road.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { type ByteOrigin, startByteOrigin } from './through.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function origin(answer: (socket: Socket, request: string) => void): Promise<ByteOrigin> {
  const started = await startByteOrigin(answer);
  open.push(started);
  return started;
}

function road(origin: ByteOrigin, options: RoadOptions = {}): TestRoad {
  const built = roadOver([originAt(origin.port)], options);
  open.push(built);
  return built;
}

async function client(to: TestRoad): Promise<Client> {
  const connected = await Client.to(to.server);
  open.push({ close: async () => connected.leave() });
  return connected;
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a connection is used for nobody else', () => {
  // Such an origin ignores the body, and reads it as the next request.
  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'PURGE'])('after %s with a body', async (method) => {
    const single = await origin((socket, request) => void socket.write(request.startsWith('HEAD') ? ok.slice(0, -2) : ok));
    const built = road(single);
    const smuggled = 'GET /admin HTTP/1.1\r\nX: ';
    for (const framing of [
      `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
      `Transfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
    ]) {
      const first = await client(built);
      await first.send(`${method} /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}`).end();
    }
    const received = await (await client(built)).send(ask('/victim', 'Connection: close')).end();
    expect(statusesIn(received)).toEqual([200]);
    expect(single.connections()).toBe(3);
  });

  test('when an origin sends the body of a HEAD, even late', async () => {
    const late = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nattacker';
    const sockets: Socket[] = [];
    const single = await origin((socket, request) => {
      sockets.push(socket);
      if (request.startsWith('HEAD')) socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${late.length}\r\n\r\n`);
      else socket.write(ok);
    });
    const built = road(single);
    await (await client(built)).send(ask('/', 'Connection: close').replace('GET', 'HEAD')).end();
    sockets[0]?.write(late);
    expect(await (await client(built)).send(ask('/victim', 'Connection: close')).end()).toMatch(/ok$/);
    expect(await (await client(built)).send(ask('/victim', 'Connection: close')).end()).toMatch(/ok$/);
  });
});

test('a connection is used again after a body on a method that has one', async () => {
  const single = await origin((socket, request) => {
    const answer = () => void socket.write(ok);
    // An answer that comes before the body has is another story.
    if (request.endsWith('hi')) answer();
    else socket.once('data', answer);
  });
  const built = road(single);
  for (const method of ['POST', 'PUT', 'PATCH']) {
    const one = await client(built);
    await one.send(`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi`).end();
  }
  // Each thread has connections of its own.
  expect(single.connections()).toBeLessThanOrEqual(built.threads);
});
