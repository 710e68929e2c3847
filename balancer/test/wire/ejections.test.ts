import type { Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Stickiness } from '../../src/route/sticky.ts';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver, secret, type TestRoad } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';
import { get, startByteOrigin } from './through.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

/** A watched road over so many origins, all known to be well; each answers by `answer`, which is told which one it is. */
async function roadTo(
  count: number,
  answer: (socket: Socket, request: string, origin: number) => void,
  options: RoadOptions = {},
): Promise<TestRoad> {
  const origins = await Promise.all(
    Array.from({ length: count }, (_, origin) => startByteOrigin((socket, request) => answer(socket, request, origin))),
  );
  const road = roadOver(
    origins.map(({ port }) => originAt(port)),
    { watched: true, ...options },
  );
  open.push(...origins, road);
  await portOf(road.server);
  const isProbed = () => road.pool.status().every(({ reason }) => reason === '1 of 1 probes passed');
  await until(isProbed, () => road.pool.status());
  return road;
}

const reply = (socket: Socket, status: number) => void socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);
const states = ({ pool }: TestRoad) => pool.status().map(({ state }) => state);
const allReady = ['ready', 'ready', 'ready', 'ready'];

/** The statuses of so many requests, a few at a time. */
async function send({ server }: TestRoad, times: number, request = get('/')): Promise<string[]> {
  const statuses: string[] = [];
  const one = async () => {
    while (statuses.length < times) {
      const place = statuses.push('') - 1;
      statuses[place] = (await onTheWire(server, request)).slice(9, 12);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  return statuses;
}

test('what all origins need fails for a while: none is ejected, and afterwards all share the work', async () => {
  let status = 200;
  let served = [0, 0, 0, 0];
  const road = await roadTo(4, (socket, _request, origin) => {
    served[origin] = (served[origin] ?? 0) + 1;
    reply(socket, status);
  });
  await send(road, 40);
  status = 500;
  await send(road, 80);
  expect(states(road)).toEqual(allReady);
  status = 200;
  served = [0, 0, 0, 0];
  expect(await send(road, 100)).toEqual(Array(100).fill('200'));
  expect(Math.max(...served)).toBeLessThanOrEqual(26);
});

test('a URL that answers 500 at every origin ejects nobody, beside good traffic', async () => {
  const road = await roadTo(4, (socket, request) => reply(socket, request.startsWith('GET /bad') ? 500 : 200));
  await send(road, 20);
  await Promise.all([send(road, 150, get('/bad')), send(road, 50)]);
  expect(states(road)).toEqual(allReady);
});

test.each([
  ['PURGE', 501],
  ['GET', 505],
])('%s answered %i nine times ejects nobody', async (method, status) => {
  const road = await roadTo(2, (socket) => reply(socket, status));
  expect(await send(road, 9, get('/').replace('GET', method))).toEqual(Array(9).fill(String(status)));
  expect(states(road)).toEqual(['ready', 'ready']);
});

test('a URL at which every origin closes silently puts none down, and ejects none', async () => {
  const road = await roadTo(4, (socket, request) => {
    if (request.startsWith('GET /bad')) socket.end();
    else reply(socket, 200);
  });
  await send(road, 8);
  const statuses = await send(road, 40, get('/bad'));
  expect(statuses).toEqual(Array(40).fill('502'));
  expect(states(road)).toEqual(allReady);
  expect(await send(road, 8)).toEqual(Array(8).fill('200'));
});

test('one origin that answers only 500 is ejected after a few of them, and no other', async () => {
  let isIll = false;
  const road = await roadTo(4, (socket, _request, origin) => reply(socket, isIll && origin === 1 ? 500 : 200));
  await send(road, 120);
  isIll = true;
  // Eight good ones must have failed to come; threads tell the main one, which a few more may overtake.
  const bad = (await send(road, 100)).filter((status) => status === '500').length;
  expect(bad).toBeGreaterThanOrEqual(5);
  expect(bad).toBeLessThanOrEqual(road.threads === 1 ? 13 : 17);
  expect(states(road)).toEqual(['ready', 'ejected', 'ready', 'ready']);
  expect(road.pool.status()[1]?.reason).toMatch(/^(\d+) of \1 answers failed, 500$/);
});

test('a URL that fails at one origin only ejects that one at the most, however often it is asked', async () => {
  const road = await roadTo(4, (socket, request, origin) => reply(socket, origin === 2 && request.startsWith('GET /bad') ? 500 : 200));
  await send(road, 40);
  await Promise.all([send(road, 300, get('/bad')), send(road, 50)]);
  expect(states(road).filter((_state, origin) => origin !== 2)).toEqual(['ready', 'ready', 'ready']);
  await send(road, 40);
  expect(states(road).filter((_state, origin) => origin !== 2)).toEqual(['ready', 'ready', 'ready']);
});

test('who has a cookie that leads to one origin can’t have that ejected by twenty requests that fail', async () => {
  const road = await roadTo(4, (socket, request) => reply(socket, request.startsWith('GET /bad') ? 500 : 200), { sticky: 'lb' });
  await send(road, 200);
  const cookie = new Stickiness('lb', secret).cookieFor(road.pool.status()[0]?.id ?? '', false).split(';')[0];
  const [statuses] = await Promise.all([send(road, 20, get('/bad', `Cookie: ${cookie}`)), send(road, 20)]);
  expect(statuses).toEqual(Array(20).fill('500'));
  expect(states(road)).toEqual(allReady);
});

test.each([
  ['a header over the limit', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(80 * 1024)}\r\n\r\n`],
  ['a 100 that nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['bytes in a field that Node does not write', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Disposition: \xd0\xbe\x85\r\n\r\n'],
])('an origin that alone answers with %s is neither ejected nor down', async (_what, bytes) => {
  const road = await roadTo(2, (socket, _request, origin) => (origin === 0 ? void socket.write(bytes, 'latin1') : reply(socket, 200)));
  await send(road, 40);
  expect(states(road)).toEqual(['ready', 'ready']);
});

test('an origin that alone refuses uploads, and closes with bytes unread, is neither ejected nor down', async () => {
  const refusal = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
  const road = await roadTo(2, (socket, _request, origin) => {
    if (origin === 0) socket.write(refusal, () => socket.destroy());
    else reply(socket, 200);
  });
  const upload = `PUT / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nContent-Length: ${2 ** 21}\r\n\r\n${'x'.repeat(2 ** 21)}`;
  await send(road, 40, upload);
  expect(states(road)).toEqual(['ready', 'ready']);
});
