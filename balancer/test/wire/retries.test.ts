import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { deadOrigin, originAt } from '../origins.ts';
import { type RoadOptions, roadOver, type TestRoad, threads } from '../road.ts';
import { onTheWire, portOf } from '../wire.ts';
import { ask, Client } from './hostile.ts';
import { type ByteOrigin, get, startByteOrigin } from './through.ts';
import { handshake, switching } from './web-sockets.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function origin(answer: (socket: Socket, request: string) => void): Promise<ByteOrigin> {
  const started = await startByteOrigin(answer);
  open.push(started);
  return started;
}

function road(ports: readonly number[], options?: RoadOptions): TestRoad {
  const built = roadOver(ports.map(originAt), options);
  open.push(built);
  return built;
}

const ok = (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const hangUp = (socket: Socket) => void socket.destroy();
const post = (body: string, framing = `Content-Length: ${body.length}`) =>
  `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}\r\n\r\n${body}`;

describe('when the request was sent and no answer began', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PROPFIND', 'REPORT', 'SEARCH', 'QUERY'])(
    '%s goes to another origin',
    async (method) => {
      const [rude, polite] = [await origin(hangUp), await origin(ok)];
      const response = await onTheWire(road([rude.port, polite.port]).server, get('/').replace('GET', method));
      expect(response).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(rude.received()).toMatch(new RegExp(`^${method} `));
    },
  );

  test('the header of the other’s answer leaves at once, byte for byte, though nothing of the body has come', async () => {
    const head = 'HTTP/1.1 200 OK\r\nX-Name: M\xfcller\r\n\r\n';
    const [rude, polite] = [await origin(hangUp), await origin((socket) => void socket.write(head, 'latin1'))];
    const client = await Client.to(road([rude.port, polite.port]).server);
    open.push({ close: async () => client.leave() });
    expect(await client.send(ask('/')).until(/\r\n\r\n/)).toContain('X-Name: M\xfcller\r\n');
    expect(rude.received()).toMatch(/^GET /);
  });

  test.each(['POST', 'PATCH', 'PURGE'])('%s is not repeated', async (method) => {
    const [rude, polite] = [await origin(hangUp), await origin(ok)];
    const response = await onTheWire(road([rude.port, polite.port]).server, get('/').replace('GET', method));
    expect(response).toMatch(/^HTTP\/1\.1 502 /);
    expect(polite.received()).toBe('');
  });

  test('a body of 64 KiB is sent again, in chunks or not, and one byte more is not', async () => {
    const put = (body: string, framing?: string) => post(body, framing).replace('POST', 'PUT');
    const size = 64 * 1024;
    const chunked = (length: number) => put(`${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked');
    const statuses = [];
    for (const request of [put('x'.repeat(size)), put('x'.repeat(size + 1)), chunked(3), chunked(size), chunked(size + 1)]) {
      const [rude, polite] = [await origin(hangUp), await origin(ok)];
      statuses.push((await onTheWire(road([rude.port, polite.port]).server, request)).slice(9, 12));
    }
    expect(statuses).toEqual(['200', '502', '200', '200', '502']);
  });
});

test('a request that meets a stale connection leaves once more at the same origin', async () => {
  // Answers once, then hangs up on the connection's second request, as a server does whose idle time is over.
  const stale = await origin((socket) => (socket.listenerCount('timeout') ? hangUp(socket) : ok(socket.on('timeout', () => {}))));
  const fresh = await origin(ok);
  const { server } = road([stale.port, fresh.port]);
  // By one connection, so that all three meet the same thread, and its connections.
  const client = await Client.to(server);
  for (const answers of [1, 2, 3]) await client.send(ask('/')).until(new RegExp(`(?:[^]*?200 OK[^]*?ok){${answers}}`));
  client.leave();
  // The first, the one that met the stale connection, and that one once more on a new one.
  expect(stale.received().match(/^GET /gm)).toHaveLength(3);
});

test('a POST goes on to another origin when its connection is refused', async () => {
  const polite = await origin(ok);
  const built = roadOver([deadOrigin(), originAt(polite.port)]);
  open.push(built);
  expect(await onTheWire(built.server, post('3\r\nabc\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'))).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(polite.received()).toMatch(/abc/);
});

test('nothing is repeated once the answer has begun', async () => {
  const broken = await origin((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
  const polite = await origin(ok);
  const { server, record } = road([broken.port, polite.port]);
  expect(await onTheWire(server, get('/'))).not.toContain('ok');
  expect((await record()).attempts).toHaveLength(1);
  expect(polite.received()).toBe('');
});

test('when all fail at once, only a fifth of what runs may go on to another origin', async () => {
  const many = 50;
  const first: Socket[] = [];
  const again: Socket[] = [];
  let isHeld = true;
  const answer = (socket: Socket) => {
    if (!isHeld) ok(socket);
    if (first.length === many) again.push(socket);
    else if (first.push(socket) === many) for (const each of first) each.end('nonsense\r\n\r\n');
  };
  const { server, records } = road([(await origin(answer)).port, (await origin(answer)).port]);
  await portOf(server);
  const statuses = Array.from({ length: many }, async () => (await onTheWire(server, get('/'))).slice(9, 12));
  while (records().length < many - (threads === 1 ? 10 : 13)) await new Promise(setImmediate);
  while (again.length < 10) await new Promise(setImmediate);
  isHeld = false;
  for (const socket of again) ok(socket);
  expect((await Promise.all(statuses)).filter((status) => status === '200')).toHaveLength(again.length);
  // Each thread rounds up for itself, and may always repeat three.
  expect(again.length).toBeGreaterThanOrEqual(10);
  expect(again.length).toBeLessThanOrEqual(threads === 1 ? 10 : 13);
});

test('however long the answers go on that needed another origin, and WebSockets, others may still be tried again', async () => {
  const rude = await origin((socket) => void socket.end('nonsense\r\n\r\n'));
  const polite = await origin((socket, request) => {
    if (request.startsWith('GET /chat')) socket.write(switching);
    else if (request.startsWith('GET /events')) socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n');
    else ok(socket);
  });
  const built = road([rude.port, polite.port]);
  // The budget always has room for three, in each thread.
  for (const [request, answer] of [[handshake, /101 Switching/] as const, [ask('/events'), /begun/] as const]) {
    for (let i = 0; i < 4 * threads; i += 1) {
      const client = await Client.to(built.server);
      open.push({ close: async () => client.leave() });
      await client.send(request).until(answer);
    }
  }
  expect(await onTheWire(built.server, get('/'))).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(rude.connections()).toBe(8 * threads + 1);
});

test('when one origin dies with many requests at it, all go on to the others: nothing is lost, and no load is added', async () => {
  const many = 60;
  const held: Socket[] = [];
  const dying = await origin((socket) => {
    if (held.push(socket) === many / 2) for (const each of held) each.destroy();
  });
  const { server } = road([dying.port, (await origin(ok)).port], { watched: true });
  await portOf(server);
  const statuses = await Promise.all(Array.from({ length: many }, async () => (await onTheWire(server, get('/'))).slice(9, 12)));
  expect(held).toHaveLength(many / 2);
  expect(statuses).toEqual(Array(many).fill('200'));
});

test('while every origin answers garbage, none is ejected for what is no fault of its own, and retries stay within their budget', async () => {
  let requests = 0;
  const failing = () =>
    origin((socket) => {
      requests += 1;
      socket.end('HTTP/1.1 200 OK\r\nnonsense\r\n\r\n');
    });
  const ports = [(await failing()).port, (await failing()).port, (await failing()).port, (await failing()).port];
  const { server, records, pool } = road(ports, { watched: true });
  await portOf(server);
  const one = async () => (await onTheWire(server, get('/'))).slice(9, 12);
  for (let round = 0; round < 10; round++) {
    expect(await Promise.all(Array.from({ length: 40 }, one))).toEqual(Array(40).fill('502'));
  }
  expect(records()).toHaveLength(400);
  expect(pool.status().map(({ state }) => state)).toEqual(Array(4).fill('ready'));
  // Three retries at a time always may, and few requests run at once here: four attempts of each would be 1600.
  expect(requests).toBeLessThan(2.5 * 400);
});

test('when the client leaves, the origin’s request is aborted at once', async () => {
  const arrived = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const silent = await origin((socket) => {
    arrived.resolve();
    socket.once('close', aborted.resolve);
  });
  const { server, record } = road([silent.port]);
  const client = connect(await portOf(server), '127.0.0.1');
  client.write(get('/'));
  await arrived.promise;
  client.destroy();
  await aborted.promise;
  expect((await record()).attempts).toEqual([{ origin: `127.0.0.1:${silent.port}`, result: 'client left' }]);
});

test('when the client leaves in mid-upload, the origin’s connection is cut, so that it can’t take half for whole', async () => {
  const aborted = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const reading = await origin((socket) => {
    arrived.resolve();
    socket.once('close', aborted.resolve);
  });
  const client = connect(await portOf(road([reading.port]).server), '127.0.0.1');
  client.write(post('5\r\nhello\r\n', 'Transfer-Encoding: chunked'));
  await arrived.promise;
  client.destroy();
  await aborted.promise;
  expect(reading.received()).not.toMatch(/\r\n0\r\n\r\n$/);
});

test('when the client leaves while there is no connection yet, its lease is given back at once', async () => {
  // Accepts connections and never answers the TLS handshake.
  const silent = await origin(() => {});
  const { port } = silent;
  const built = roadOver([{ ...originAt(port), url: new URL(`https://127.0.0.1:${port}`) }]);
  open.push(built);
  const client = connect(await portOf(built.server), '127.0.0.1');
  client.write(get('/'));
  while (built.pool.status()[0]?.inFlight !== 1) await new Promise(setImmediate);
  client.destroy();
  while (built.pool.status()[0]?.inFlight !== 0) await new Promise(setImmediate);
  const { attempts } = await built.record();
  expect(attempts).toEqual([{ origin: `127.0.0.1:${port}`, result: 'client left' }]);
  await silent.close();
});
