import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { Tunnel } from '../../src/forward/tunnel.ts';

const open: Socket[] = [];
afterAll(() => {
  for (const socket of open) socket.destroy();
});

/** Two ends of one connection. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const near = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  open.push(near, far);
  return [near, far];
}

/** A tunnel between a client and an origin, with their ends of the connections, and what the client got. */
async function joined() {
  const [client, clientSide] = await pair();
  const [origin, originSide] = await pair();
  const got: Buffer[] = [];
  client.on('data', (chunk: Buffer) => got.push(chunk));
  const tunnel = new Tunnel(clientSide, originSide);
  return { tunnel, client, origin, got: () => Buffer.concat(got) };
}

const text = Buffer.from([0x81, 0x03, 1, 2, 3]);
const goingAway = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

test.concurrent('between frames, both sides are told that the server goes away', async () => {
  const { tunnel, client, origin, got } = await joined();
  origin.write(text);
  await once(client, 'data');
  const toOrigin = once(origin, 'data');
  tunnel.goAway();
  await once(client, 'end');
  expect(got()).toEqual(Buffer.concat([text, goingAway]));
  expect((await toOrigin)[0].subarray(0, 2)).toEqual(Buffer.from([0x88, 0x82]));
});

test.concurrent('in the middle of a frame, nothing is put into it', async () => {
  const { tunnel, client, origin, got } = await joined();
  origin.write(text.subarray(0, 4));
  await once(client, 'data');
  tunnel.goAway();
  await once(client, 'end');
  expect(got()).toEqual(text.subarray(0, 4));
});

test.concurrent('is closed even where neither side answers', async () => {
  const { tunnel, client, origin } = await joined();
  client.pause();
  origin.pause();
  tunnel.goAway();
  await tunnel.closed;
});

test.concurrent.each(['client', 'origin'] as const)('is closed when its %s closes only its half, and the other never does', async (who) => {
  const joining = await joined();
  joining[who].end();
  await joining.tunnel.closed;
});

test.concurrent.each([
  ['has ended its half', (side: Socket) => side.end(), 'end'],
  ['has closed its connection', (side: Socket) => side.resetAndDestroy(), 'close'],
] as const)('is closed where the client %s before it was joined', async (_what, leave, noticed) => {
  const [client, clientSide] = await pair();
  const [, originSide] = await pair();
  const seen = new Promise((resolve) =>
    clientSide
      .on('error', () => {})
      .resume()
      .once(noticed, resolve),
  );
  leave(client);
  await seen;
  await new Tunnel(clientSide, originSide).closed;
});

const limits = { silence: 1000, deafness: 100 };

test.concurrent('stays open while one side sends, and goes away after so long a silence of both', async () => {
  const { tunnel, client, origin, got } = await joined();
  const rest: Buffer[] = [];
  origin.on('data', (chunk: Buffer) => rest.push(chunk));
  tunnel.keepWithin(limits, 0);
  tunnel.keepWithin(limits, 999);
  for (const now of [1500, 2400]) {
    client.write(text);
    await once(origin, 'data');
    tunnel.keepWithin(limits, now);
  }
  tunnel.keepWithin(limits, 3399);
  origin.write(text);
  await once(client, 'data');
  expect(got()).toEqual(text);
  tunnel.keepWithin(limits, 3400);
  tunnel.keepWithin(limits, 4400);
  await once(client, 'end');
  expect(got()).toEqual(Buffer.concat([text, goingAway]));
  await tunnel.closed;
});

test.concurrent('stays open however long a side takes, while it takes something', async () => {
  const { tunnel, client, origin } = await joined();
  const payload = 16 * 1024 * 1024;
  const frame = Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0, 1, 0, 0, 0]), Buffer.alloc(payload)]);
  const whole = frame.length;
  origin.write(frame);
  let taken = 0;
  client.removeAllListeners('data').on('data', (chunk: Buffer) => {
    taken += chunk.length;
  });
  for (let now = 0; taken < whole; now += 90) {
    tunnel.keepWithin({ silence: 1_000_000_000, deafness: 100 }, now);
    const before = taken;
    while (taken < Math.min(whole, before + 4 * 1024 * 1024)) await pause(1);
  }
  expect(client.readableEnded).toBe(false);
});
