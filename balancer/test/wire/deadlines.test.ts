import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { Deadline, Deadlines } from '../../src/brain/deadlines.ts';
import { world } from '../../src/process/world.ts';

test('nobody is late whose bytes have come while this process was busy itself', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [other] = (await once(server, 'connection')) as [Socket];
  let isOver = false;
  const deadline = new Deadline(new Deadlines(world), () => {
    isOver = true;
  });
  const read = once(
    client.on('data', () => deadline.in(60_000)),
    'data',
  );
  deadline.in(20);
  other.write('in time');
  for (const busyUntil = world.now() + 60; world.now() < busyUntil; );
  await read;
  await new Promise((turn) => setTimeout(turn, 1));
  expect(isOver).toBe(false);
  client.destroy();
  server.close();
});
