import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { roadOver, type TestRoad } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';
import { ask } from './hostile.ts';
import { startByteOrigin } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const piece = Buffer.alloc(64 * 1024, 'x');
const pieces = 1024;
const whole = pieces * piece.length;

/** More than the systems on both ways hold on loopback, and far less than the whole. */
const most = (whole * 3) / 4;

/** How much of what is written to a socket has left this process, in bytes. */
const taken = (socket: Socket) => socket.bytesWritten - socket.writableLength;

/** Waits until nobody takes more from a socket while many requests of others come and go; says how much they took. */
async function settled(road: TestRoad, socket: Socket): Promise<number> {
  let [before, quiet] = [-1, 0];
  while (quiet < 20) {
    quiet = taken(socket) === before ? quiet + 1 : 0;
    before = taken(socket);
    await onTheWire(road.server, ask('/other', 'Connection: close'));
  }
  return before;
}

function pour(socket: Socket): void {
  for (let i = 0; i < pieces; i++) socket.write(piece);
}

describe('back-pressure:', () => {
  test('what the origin does not take of a body is not read from the client, and all of it once it does', async () => {
    let deaf: Socket | undefined;
    let arrived = 0;
    const origin = await startByteOrigin((socket, request) => {
      if (request.startsWith('GET')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else deaf ??= socket.pause();
    });
    const road = roadOver([originAt(origin.port)], { timeout: 60_000, patience: 60_000 });
    ends.push(origin.close, road.close);
    const client = connect(await portOf(road.server), '127.0.0.1').on('error', () => {});
    ends.push(() => client.destroy());
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${whole}\r\n\r\n`);
    pour(client);
    await until(
      () => deaf !== undefined,
      () => deaf,
    );
    expect(await settled(road, client)).toBeLessThan(most);
    deaf?.removeAllListeners('data').on('data', ({ length }: Buffer) => {
      arrived += length;
    });
    deaf?.resume();
    await until(
      () => client.writableLength === 0,
      () => [client.writableLength, arrived],
    );
  });

  test('what the client does not take of an answer is not read from the origin, and all of it once it does', async () => {
    let pouring: Socket | undefined;
    const origin = await startByteOrigin((socket, request) => {
      const isLong = request.startsWith('GET /long');
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${isLong ? whole : 0}\r\n\r\n`);
      if (!isLong) return;
      pouring = socket;
      pour(socket);
    });
    const road = roadOver([originAt(origin.port)], { timeout: 60_000, patience: 60_000 });
    ends.push(origin.close, road.close);
    const client = connect(await portOf(road.server), '127.0.0.1').on('error', () => {});
    ends.push(() => client.destroy());
    client.pause().write(ask('/long'));
    await until(
      () => pouring !== undefined,
      () => pouring,
    );
    expect(await settled(road, pouring as Socket)).toBeLessThan(most);
    let received = 0;
    client.on('data', ({ length }: Buffer) => {
      received += length;
    });
    client.resume();
    await until(
      () => received > whole,
      () => received,
    );
  });
});
