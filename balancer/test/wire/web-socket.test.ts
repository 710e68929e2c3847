import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { deadOrigin, originAt } from '../origins.ts';
import { type RoadOptions, roadOver, type TestRoad } from '../road.ts';
import { seen } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';
import { type ByteOrigin, get, linesOf, startByteOrigin } from './through.ts';
import { accept, handshake, switching } from './web-sockets.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function origin(answer: (socket: Socket, request: string) => void): Promise<ByteOrigin> {
  const started = await startByteOrigin(answer);
  open.push(started);
  return started;
}

function road(...origins: Parameters<typeof roadOver>[0]): TestRoad {
  return roadWith({}, ...origins);
}

function roadWith(options: RoadOptions, ...origins: Parameters<typeof roadOver>[0]): TestRoad {
  const built = roadOver(origins, options);
  open.push(built);
  return built;
}

/** A client that keeps what it saw, and can wait for more of it. */
async function client(over: TestRoad, bytes: string) {
  const socket = connect(await portOf(over.server), '127.0.0.1').setEncoding('latin1');
  let all = '';
  socket.on('data', (text: string) => {
    all += text;
  });
  socket.write(bytes);
  const sees = async (pattern: RegExp) => {
    while (!pattern.test(all)) await once(socket, 'data');
    return all;
  };
  return { socket, sees, closed: () => once(socket, 'close').then(() => all) };
}

/** An origin that switches, then answers each piece with its echo in brackets. */
const echoing = () =>
  origin((socket) => {
    socket.removeAllListeners('data').on('data', (text: string) => void socket.write(`[${text}]`));
    socket.write(switching);
  });

test('a WebSocket is joined with the origin’s, and bytes go both ways', async () => {
  const { port, received } = await echoing();
  const { socket, sees } = await client(road(originAt(port)), handshake);
  const response = await sees(/\r\n\r\n/);
  expect(response.split('\r\n', 1)).toEqual(['HTTP/1.1 101 Switching Protocols']);
  expect(linesOf(response)).toEqual(
    expect.arrayContaining(['Connection: Upgrade', 'Upgrade: websocket', `Sec-WebSocket-Accept: ${accept}`]),
  );
  expect(linesOf(received())).toEqual(
    expect.arrayContaining(['Connection: Upgrade', 'Upgrade: websocket', expect.stringMatching(/^Sec-WebSocket-Key: /)]),
  );
  socket.write('one');
  await sees(/\[one\]/);
  socket.write('two');
  await sees(/\[two\]/);
  socket.destroy();
});

test('bytes that come right behind the handshake are not lost', async () => {
  const { port } = await echoing();
  const { socket, sees } = await client(road(originAt(port)), `${handshake}early`);
  await sees(/\[early\]/);
  socket.destroy();
});

test('the origin’s end is the client’s', async () => {
  const { port } = await origin((socket) => socket.end(`${switching}bye`));
  const { closed } = await client(road(originAt(port)), handshake);
  expect(await closed()).toMatch(/\r\n\r\nbye$/);
});

test('the client’s end is the origin’s, and then the exchange is over and its lease given back', async () => {
  const ended = Promise.withResolvers<void>();
  const { port } = await origin((socket) => {
    socket.write(switching);
    socket.once('close', ended.resolve);
  });
  const over = road(originAt(port));
  const { socket, sees } = await client(over, handshake);
  await sees(/\r\n\r\n/);
  expect(over.pool.status()[0]?.inFlight).toBe(1);
  socket.destroy();
  await ended.promise;
  expect(await over.record()).toMatchObject({ status: 101, origin: `127.0.0.1:${port}` });
  while (over.pool.status()[0]?.inFlight !== 0) await new Promise(setImmediate);
});

test('a refusal reaches the client as it is', async () => {
  const { port } = await origin((socket) => socket.write('HTTP/1.1 403 Not You\r\nContent-Length: 2\r\nX-Why: no\r\n\r\nno'));
  const { closed } = await client(road(originAt(port)), handshake);
  const response = await closed();
  expect(response).toMatch(/^HTTP\/1\.1 403 Not You\r\n/);
  expect(linesOf(response)).toContain('X-Why: no');
  expect(response).toMatch(/\r\n\r\nno$/);
});

test('a dead origin means that another is tried', async () => {
  const { port } = await echoing();
  const { socket, sees } = await client(road(deadOrigin(), originAt(port)), handshake);
  expect(await sees(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
  socket.destroy();
});

test('no origin at all means a whole 502', async () => {
  const { closed } = await client(road(deadOrigin()), handshake);
  expect(await closed()).toMatch(
    /^HTTP\/1\.1 502 Bad Gateway\r\n[\s\S]*\r\n\r\n502 Bad Gateway: no origin could answer \(request [^)]+\)\n$/,
  );
});

test.each([
  ['another protocol', handshake.replace('WebSocket', 'h2c')],
  ['another method', handshake.replace('GET', 'POST')],
])('an upgrade by %s is an ordinary request', async (_what, request) => {
  const { port, received } = await origin((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  const { socket, sees } = await client(road(originAt(port)), request);
  expect(await sees(/ok$/)).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(received()).not.toMatch(/upgrade/i);
  socket.destroy();
});

/** An origin that switches where a WebSocket is asked for, and answers all else. */
const both = () =>
  origin((socket, request) => {
    socket.write(request.startsWith('GET /chat') ? switching : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });

test('however many WebSockets are open, requests have all the places that there are, and policies see who holds them', async () => {
  const over = roadWith({ maxConnections: 2, retries: 0 }, originAt((await both()).port));
  const sockets: Socket[] = [];
  for (let i = 0; i < 5; i += 1) {
    const { socket, sees } = await client(over, handshake);
    expect(await sees(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
    sockets.push(socket);
  }
  expect(over.pool.status()[0]).toMatchObject({ inFlight: 5, tunnels: 5 });
  expect([over.ledger.enter(0), over.ledger.tunnel(0)]).toEqual([0, 5]);
  expect(await onTheWire(over.server, get('/'))).toMatch(/^HTTP\/1\.1 200 OK/);
  for (const socket of sockets) socket.destroy();
  const counts = async () => [over.pool.status()[0]?.inFlight, over.pool.status()[0]?.tunnels, over.ledger.enter(0), over.ledger.tunnel(0)];
  expect(await seen(counts, ([inFlight, , , all]) => inFlight === 0 && all === 0)).toEqual([0, 0, 0, 0]);
});

test('more WebSockets than there may be are a 503 that says so, and one that ends makes room', async () => {
  const { port } = await both();
  const over = roadWith({ flags: ['--max-tunnels=2'] }, originAt(port));
  const [first, second] = [await client(over, handshake), await client(over, handshake)];
  await first.sees(/\r\n\r\n/);
  await second.sees(/\r\n\r\n/);
  const refused = await (await client(over, handshake)).closed();
  expect(refused).toMatch(
    /^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: 1\r\n[\s\S]*\r\n\r\n503 Service Unavailable: too many WebSockets \(request [\w-]{36}\)\n$/,
  );
  expect(await onTheWire(over.server, get('/'))).toMatch(/^HTTP\/1\.1 200 OK/);
  first.socket.destroy();
  await seen(
    async () => over.ledger.tunnel(0),
    (open) => open === 1,
  );
  const { socket, sees } = await client(over, handshake);
  expect(await sees(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
  for (const open of [second.socket, socket]) open.destroy();
});

test('a long answer that is no WebSocket comes whole, however slowly the client takes it', async () => {
  const size = 8 * 1024 * 1024;
  const { port } = await origin((socket) => socket.end(`HTTP/1.1 403 Not You\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`));
  const over = road(originAt(port));
  const socket = connect(await portOf(over.server), '127.0.0.1');
  socket.write(handshake);
  await once(socket, 'readable');
  // The origin's part is more than all buffers on the way take, so that it must wait.
  await seen(
    async () => over.pool.status()[0]?.inFlight,
    (inFlight) => inFlight === 1,
  );
  let length = 0;
  socket.on('data', (piece: Buffer) => {
    length += piece.length;
  });
  await once(socket, 'close');
  expect(length).toBeGreaterThan(size);
  expect(
    await seen(
      async () => over.ledger.enter(0),
      (running) => running === 0,
    ),
  ).toBe(0);
});

test('a client of HTTP/1.0 gets no WebSocket, but an answer as for any other request', async () => {
  const { port, received } = await origin((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  const over = road(originAt(port));
  const answer = await onTheWire(over.server, handshake.replace('HTTP/1.1', 'HTTP/1.0').replace('keep-alive, ', ''));
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(received()).not.toMatch(/upgrade/i);
});

test('one client has not all WebSockets, so that another gets one; and what it closes it may open again', async () => {
  const { port } = await both();
  const over = roadWith({ flags: ['--max-tunnels=18'], trusted: [{ address: '127.0.0.1', prefix: 32 }] }, originAt(port));
  const from = (address: string) => client(over, handshake.replace('\r\n', `\r\nX-Forwarded-For: ${address}\r\n`));
  const greedy: Awaited<ReturnType<typeof client>>[] = [];
  for (let i = 0; i < 16; i += 1) {
    const one = await from('192.0.2.1');
    expect(await one.sees(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
    greedy.push(one);
  }
  const refused = await (await from('192.0.2.1')).closed();
  expect(refused).toMatch(
    /^HTTP\/1\.1 503 [\s\S]*\r\n\r\n503 Service Unavailable: too many WebSockets of this client \(request [\w-]{36}\)\n$/,
  );
  const honest = await from('192.0.2.2');
  expect(await honest.sees(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
  for (const { socket } of greedy.splice(0, 8)) socket.destroy();
  await seen(
    async () => over.ledger.tunnel(0),
    (open) => open === 9,
  );
  expect(await (await from('192.0.2.1')).sees(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /);
});

test('a WebSocket that is declined gives its place back once, and counts no more', async () => {
  const { port } = await origin((socket) => socket.write('HTTP/1.1 403 Not You\r\nContent-Length: 2\r\n\r\nno'));
  const over = road(originAt(port));
  await (await client(over, handshake)).closed();
  await seen(
    async () => [over.ledger.enter(0), over.ledger.tunnel(0)],
    ([places, tunnels]) => places === 0 && tunnels === 0,
  );
});

test('a WebSocket on which neither side sends for the tunnel timeout is closed, with 1001 (going away)', async () => {
  const over = roadWith({ flags: ['--tunnel-timeout=100ms'] }, originAt((await echoing()).port));
  const { closed } = await client(over, handshake);
  expect(await closed()).toMatch(new RegExp(`\r\n\r\n${Buffer.from([0x88, 0x02, 0x03, 0xe9]).toString('latin1')}$`));
  expect(
    await seen(
      async () => over.ledger.tunnel(0),
      (open) => open === 0,
    ),
  ).toBe(0);
});

test('a WebSocket whose client takes nothing for the idle timeout is over, though its origin has long left', async () => {
  const { port } = await origin((socket) => socket.end(switching + 'x'.repeat(32 * 1024 * 1024)));
  const over = roadWith({ patience: 200 }, originAt(port));
  const socket = connect(await portOf(over.server), '127.0.0.1').pause();
  socket.write(handshake);
  await seen(
    async () => over.ledger.tunnel(0),
    (open) => open === 1,
  );
  expect(
    await seen(
      async () => [over.ledger.tunnel(0), over.pool.status()[0]?.inFlight],
      ([open, inFlight]) => open === 0 && inFlight === 0,
    ),
  ).toEqual([0, 0]);
  socket.destroy();
});
