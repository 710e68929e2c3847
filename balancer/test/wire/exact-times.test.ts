import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { connectionsTo, Noting, type OwnConnections, request } from './taking.ts';

const open: OwnConnections[] = [];
afterEach(() => {
  for (const own of open.splice(0)) own.close();
});

async function to(take: (socket: Socket) => void, scheme?: string): Promise<OwnConnections> {
  const own = await connectionsTo(take, scheme);
  open.push(own);
  return own;
}

/** Sends a request; `begun` waits until it has come so far that the clock may go on. */
async function sent(own: OwnConnections, outgoing = request('GET')): Promise<Noting> {
  const taker = new Noting();
  own.connections.send(outgoing, taker);
  await until(
    () => taker.connection !== undefined,
    () => taker,
  );
  return taker;
}

/** What has become of it just before that many ms have gone by, and 9 ms after. */
async function around(own: OwnConnections, taker: Noting, ms: number): Promise<[string | undefined, string | undefined]> {
  const failure = () => (taker.failure as NodeJS.ErrnoException | undefined)?.code;
  await own.pass(ms - 1);
  const before = failure();
  await own.pass(10);
  return [before, failure()];
}

test('a connection that does not come about is waited for so many ms, to within 10, and no more', async () => {
  // Nobody shakes hands there.
  const own = await to(() => {}, 'https');
  expect(await around(own, await sent(own), 10_000)).toEqual([undefined, expect.stringMatching(/^LATE_(?:CONNECTION|HANDSHAKE)$/)]);
});

test('an answer is waited for so many ms from the end of the request, and no more', async () => {
  let arrived = false;
  const own = await to((socket) => socket.on('data', () => (arrived = true)));
  const taker = await sent(own);
  await until(
    () => arrived,
    () => arrived,
  );
  expect(await around(own, taker, 20_000)).toEqual([undefined, 'LATE_ANSWER']);
});

test('while a body is on its way, its origin has so many ms from when it takes no more of it', async () => {
  let arrived = false;
  const own = await to((socket) => socket.once('data', () => (arrived = true)));
  const body = new Readable({ read() {} });
  const taker = await sent(own, request('POST', body));
  await until(
    () => arrived,
    () => arrived,
  );
  // It takes all there is, however long that pauses.
  await own.pass(100_000);
  expect(taker.failure).toBe(undefined);
  body.push(null);
  await until(
    () => body.readableEnded,
    () => body.readableEnded,
  );
  expect(await around(own, taker, 20_000)).toEqual([undefined, 'LATE_ANSWER']);
});

test('each piece of an answer is waited for so many ms from the one before it', async () => {
  let origin: Socket | undefined;
  const own = await to((socket) => {
    origin = socket;
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'));
  });
  const taker = await sent(own);
  await until(
    () => taker.status === 200,
    () => taker,
  );
  await own.pass(29_999);
  origin?.write('x');
  await until(
    () => taker.bytes === 1,
    () => taker,
  );
  expect(await around(own, taker, 30_000)).toEqual([undefined, 'SILENT']);
});

test.each([
  ['for 4 s where nobody says how long it waits', '', 4000],
  ['for a second less than the origin says that it waits', 'Keep-Alive: timeout=7\r\n', 6000],
])('an idle connection is kept %s', async (_how, field, kept) => {
  const origins: Socket[] = [];
  const own = await to((socket) => {
    origins.push(socket);
    socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n${field}Content-Length: 0\r\n\r\n`));
  });
  const taker = await (await sent(own)).over();
  await own.pass(kept - 1);
  expect(taker.connection?.socket.destroyed).toBe(false);
  await own.pass(10);
  expect(taker.connection?.socket.destroyed).toBe(true);
  expect(origins).toHaveLength(1);
});
