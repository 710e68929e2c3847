import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { connectionsTo, Noting, request } from './taking.ts';

test('a POST of which nothing was written yet when its connection was seen to be closed leaves once more, on a new one', async () => {
  const accepted: Socket[] = [];
  const received: string[] = [];
  const own = await connectionsTo((socket) => {
    accepted.push(socket);
    socket.on('data', (bytes) => {
      received.push(`${bytes}`.split(' ', 1)[0] as string);
      socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  const first = new Noting();
  own.connections.send(request('GET'), first);
  await first.over();
  const second = new Noting();
  // What a timer does comes before what was read, and that before what was written in this turn.
  setTimeout(() => {
    accepted[0]?.destroy();
    own.connections.send(request('POST'), second);
  });
  await until(
    () => second.isDone || second.failure !== undefined,
    () => second,
  );
  own.close();
  expect([second.status, received, accepted.length]).toEqual([204, ['GET', 'POST'], 2]);
});
