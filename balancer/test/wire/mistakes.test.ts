import { afterEach, expect, test } from '@jest/globals';
import { connectionsTo, Noting, request } from './taking.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

test('what is thrown before a request is on its way by a kept connection ends it as a failure, and is thrown at nobody', async () => {
  const { connections, close } = await connectionsTo((socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  });
  ends.push(close);
  const first = new Noting();
  connections.send(request('GET'), first);
  await first.over();
  class Mistaken extends Noting {
    override leaves(): void {
      throw new TypeError('a mistake');
    }
  }
  const second = new Mistaken();
  connections.send(request('GET'), second);
  expect((await second.over()).failure).toMatchObject({ message: 'a mistake' });
});
