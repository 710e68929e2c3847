import type { Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { connectionsTo, Noting, request } from './taking.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const stray = 'HTTP/1.1 299 Stray\r\nContent-Length: 0\r\n\r\n';

/** Sends the next request as soon as the answer to its own one has ended, from within that. */
class Hasty extends Noting {
  readonly #next: () => void;

  constructor(next: () => void) {
    super();
    this.#next = next;
  }

  override done(): void {
    this.#next();
    super.done();
  }
}

test.each([
  ['another answer', stray],
  ['a part of one', stray.slice(0, 12)],
  ['anything', '\r\n'],
])('%s behind an answer, in one packet with it, is not for a request that waited for the connection', async (_what, behind) => {
  const sockets: Socket[] = [];
  const { connections, close } = await connectionsTo((socket) => {
    sockets.push(socket);
    socket.on('data', () => socket.write(sockets.length === 1 ? ok + behind : ok));
  });
  ends.push(close);
  const second = new Noting();
  connections.send(request('GET'), new Hasty(() => connections.send(request('GET'), second)));
  expect(await second.over()).toMatchObject({ status: 200, bytes: 2, failure: undefined });
  expect(sockets.length).toBe(2);
});

test('a request that waited for the connection gets it, where nothing came behind the answer', async () => {
  const sockets: Socket[] = [];
  const { connections, close } = await connectionsTo((socket) => {
    sockets.push(socket);
    socket.on('data', () => socket.write(ok));
  });
  ends.push(close);
  const second = new Noting();
  connections.send(request('GET'), new Hasty(() => connections.send(request('GET'), second)));
  expect(await second.over()).toMatchObject({ status: 200, bytes: 2 });
  expect(sockets.length).toBe(1);
});
