import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { Ledger } from '../../src/brain/pool/ledger.ts';
import type { ServerLimits } from '../../src/listen/limits.ts';
import { Listener } from '../../src/listen/listener.ts';
import { ledgerMemory, waits } from '../../src/threads/memory.ts';
import { ownLedger } from '../ledger.ts';
import { until } from '../until.ts';
import { Client, statusesIn } from '../wire/hostile.ts';

const limits = {
  maxClients: 100,
  maxClientsPerAddress: 'fair' as const,
  threads: 1,
  maxHeaderSize: 16_384,
  maxTargetLength: 8192,
  headerTimeout: 10_000,
  keepAliveTimeout: 60_000,
  idleTimeout: 60_000,
  maxRequests: 0,
};

const agents: Agent[] = [];
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  for (const agent of agents.splice(0)) agent.destroy();
});

async function listening(handler: RequestListener) {
  const listener = new Listener(handler, limits);
  const port = await listener.listen(0, '127.0.0.1');
  const agent = new Agent({ keepAlive: true });
  agents.push(agent);
  const fetch = async (): Promise<IncomingMessage> => (await once(get({ port, agent }), 'response'))[0];
  return { listener, port, fetch };
}

test('stops at once when only idle connections are left', async () => {
  const { listener, fetch } = await listening((_req, res) => res.end('done'));
  expect(await text(await fetch())).toBe('done');
  await listener.stop();
});

test('does not wait for an idle client that never closes', async () => {
  const { listener, port } = await listening((_req, res) => res.end('done'));
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(client, 'data');
  const begun = performance.now();
  await listener.stop();
  expect(performance.now() - begun).toBeLessThan(500);
  client.destroy();
});

test('lets a running request finish, and tells its client that the connection closes', async () => {
  const arrived = Promise.withResolvers<() => void>();
  const { listener, fetch } = await listening((_req, res) => arrived.resolve(() => res.end('late but whole')));
  const response = fetch();
  const finish = await arrived.promise;
  const stopped = listener.stop();
  finish();
  expect((await response).headers.connection).toBe('close');
  expect(await text(await response)).toBe('late but whole');
  await stopped;
});

test('closes the connection after a response that had begun before the stop', async () => {
  const begun = Promise.withResolvers<() => void>();
  const { listener, fetch } = await listening((_req, res) => {
    res.write('half, ');
    begun.resolve(() => res.end('whole'));
  });
  const response = await fetch();
  const stopped = listener.stop();
  (await begun.promise)();
  expect(await text(response)).toBe('half, whole');
  await stopped;
});

test('does not cut a response that is ended but not yet flushed', async () => {
  const size = 20_000_000;
  const ended = Promise.withResolvers<void>();
  const { listener, fetch } = await listening((_req, res) => {
    res.end('x'.repeat(size));
    ended.resolve();
  });
  const response = fetch();
  await ended.promise;
  const stopped = listener.stop();
  expect(await text(await response)).toHaveLength(size);
  await stopped;
});

test.each([
  ['whose first request is on its way', ''],
  ['in the middle of a header', 'GET / HTTP/1.1\r\nHost: a\r\n'],
])('answers on a connection %s', async (_which, first) => {
  const { listener, port } = await listening((_req, res) => res.end('in time'));
  const client = connect(port, '127.0.0.1').setEncoding('utf8');
  client.write(first);
  await once(listener.server, 'connection');
  const stopped = listener.stop();
  let received = '';
  client.on('data', (piece: string) => {
    received += piece;
  });
  client.write(first ? '\r\n' : 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await stopped;
  expect(received).toMatch(/Connection: close[\s\S]*in time$/);
});

test('does not wait for ever for a request that does not come', async () => {
  const { listener, port } = await listening((_req, res) => res.end());
  const client = connect(port, '127.0.0.1');
  await once(listener.server, 'connection');
  await listener.stop();
  client.destroy();
});

test('accepts no connection after the stop', async () => {
  const { listener, port } = await listening((_req, res) => res.end());
  await listener.stop();
  const [error] = await once(connect(port, '127.0.0.1'), 'error');
  expect(error.code).toBe('ECONNREFUSED');
});

test('says which port the system picked, and rejects where it cannot listen', async () => {
  const { listener, port } = await listening((_req, res) => res.end());
  expect(port).toBeGreaterThan(0);
  await expect(new Listener(() => {}, limits).listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await listener.stop();
});

test('lets in no more connections than it may together with others that listen', async () => {
  const memory = ledgerMemory();
  const ports = await Promise.all(
    [0, 1].map(async (thread) => {
      const listener = new Listener((_req, res) => res.write('begun'), { ...limits, maxClients: 2 }, {}, new Ledger(memory, thread, waits));
      ends.push(
        () => listener.cut(),
        () => listener.stop(),
      );
      return listener.listen(0, '127.0.0.1');
    }),
  );
  const connected = async (index: number) => {
    const socket = connect({ port: ports[index] as number, host: '127.0.0.1', noDelay: true });
    // What is cut in the end is reset.
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    return { socket, status: String((await once(socket, 'data'))[0]).slice(9, 12) };
  };
  const [first, second] = [await connected(0), await connected(0)];
  expect([first.status, second.status, (await connected(0)).status, (await connected(1)).status]).toEqual(['200', '200', '503', '503']);
  first.socket.resetAndDestroy();
  const ledger = new Ledger(memory, 0, waits);
  await until(
    () => ledger.connect(0) === 1,
    () => ledger.connect(0),
  );
  expect((await connected(1)).status).toBe('200');
});

/** A server with a ledger, whose clients come from the address in `from`, and whose answers to `/slow` don't end. */
async function crowded(changes: Partial<ServerLimits>, isProxy?: (address: string) => boolean) {
  const from = { address: '192.0.2.1' };
  const ledger = ownLedger();
  const handler: RequestListener = (req, res) => (req.url === '/slow' ? res.write('begun') : res.end('done'));
  const listener = new Listener(handler, { ...limits, ...changes }, {}, ledger, isProxy);
  listener.server.prependListener('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: from.address }));
  const port = await listener.listen(0, '127.0.0.1');
  ends.push(
    () => listener.cut(),
    () => listener.stop(),
  );
  /** Connects from an address and asks, if there is something to ask. */
  const comes = async (address: string, target?: string) => {
    from.address = address;
    const before = ledger.connect(0);
    const client = await Client.to(port);
    ends.push(() => client.leave());
    if (target === undefined)
      await until(
        () => ledger.connect(0) > before || client.received !== '',
        () => client.received,
      );
    else await client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`).until(/\r\n\r\n/);
    return client;
  };
  return { ledger, comes };
}

test('where there is no room, idle connections make it, first those of whoever has most, but none on which a request runs', async () => {
  const { comes } = await crowded({ maxClients: 4, maxClientsPerAddress: 100 });
  const alone = await comes('192.0.2.2', '/');
  const busy = await comes('192.0.2.1', '/slow');
  const idle = [await comes('192.0.2.1', '/'), await comes('192.0.2.1', '/')];
  expect(statusesIn((await comes('192.0.2.3', '/slow')).received)).toEqual([200]);
  expect(statusesIn((await comes('192.0.2.4', '/slow')).received)).toEqual([200]);
  for (const one of idle) await one.end();
  expect(statusesIn((await comes('192.0.2.5', '/slow')).received)).toEqual([200]);
  await alone.end();
  expect((await comes('192.0.2.6', '/')).received).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 1/);
  expect(busy.isOpen).toBe(true);
});

test('keeps connections for others, however many one address makes, silent or busy', async () => {
  const { comes, ledger } = await crowded({ maxClients: 90 });
  for (let count = 0; count < 80; count += 1) await comes('192.0.2.1', '/slow');
  expect((await comes('192.0.2.1', '/')).received).toContain('503 Service Unavailable: too many connections from your address');
  expect(statusesIn((await comes('2001:db8::1', '/')).received)).toEqual([200]);
  expect(ledger.connect(0)).toBe(81);
});

test('lets an address that has its share make another connection in place of an idle one', async () => {
  const { comes } = await crowded({ maxClientsPerAddress: 2 });
  const [idle, busy] = [await comes('2001:db8::1', '/'), await comes('2001:db8::2', '/slow')];
  expect(statusesIn((await comes('2001:db8::3', '/slow')).received)).toEqual([200]);
  await idle.end();
  expect(busy.isOpen).toBe(true);
  expect(statusesIn((await comes('2001:db8::4', '/')).received)).toEqual([503]);
});

test('counts the connections of a trusted proxy as nobody’s', async () => {
  const { comes } = await crowded({ maxClientsPerAddress: 1 }, (address) => address === '192.0.2.9');
  for (let count = 0; count < 3; count += 1) expect(statusesIn((await comes('192.0.2.9', '/slow')).received)).toEqual([200]);
});

test('bounds the bytes of headers that are not whole, at the cost of whoever has most of them', async () => {
  const { comes } = await crowded({ maxHeaderSize: 8 * 1024 * 1024, maxClientsPerAddress: 100, threads: 4 });
  const slow = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(7 * 1024 * 1024)}`;
  const honest = (await comes('192.0.2.2')).send('GET / HTTP/1.1\r\nHost: a\r\nX: ');
  const greedy = [(await comes('192.0.2.1')).send(slow), (await comes('192.0.2.1')).send(slow)];
  await Promise.race(greedy.map((one) => one.end()));
  expect(statusesIn(await honest.send('x\r\nConnection: close\r\n\r\n').end())).toEqual([200]);
});

test.each([
  ['ends in the middle', ''],
  ['can not be read', 'zz\r\n'],
])('the handler of a request whose body %s hears that nothing more of it will come', async (_how, more) => {
  const requests: IncomingMessage[] = [];
  const { listener, port } = await listening((req) => requests.push(req.resume()));
  ends.push(() => listener.stop());
  const client = await Client.to(port);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n');
  await until(
    () => requests.length === 1,
    () => requests.length,
  );
  expect(statusesIn(await client.send(more).finish().end())).toEqual([400]);
  await until(
    () => requests[0]?.closed === true,
    () => requests[0]?.closed,
  );
});

test('an answer that is whole is not cut by what can’t be read of its request’s body', async () => {
  const { listener, port } = await listening((req, res) => {
    res.end('too much');
    // As Node tells of it when the next piece of the body has come in the same turn.
    listener.server.emit('clientError', Object.assign(new Error('no chunk'), { code: 'HPE_INVALID_CHUNK_SIZE' }), req.socket);
  });
  const client = connect({ port, host: '127.0.0.1' });
  client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  // A reset, by which the answer might be lost, would be an error here.
  const received = await text(client);
  expect(statusesIn(received)).toEqual([200]);
  expect(received).toContain('too much');
  await listener.stop();
});

test('who says no more behind what can’t be read is told so, after the answer to what can', async () => {
  const { listener, port } = await listening((req, res) => {
    req.resume();
    req.socket.once('end', () => setImmediate(() => res.end('done')));
  });
  const client = await Client.to(port);
  const received = await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n\0\r\n\r\n').finish().end();
  expect(statusesIn(received).filter((status) => status !== 100)).toEqual([200, 400]);
  await listener.stop();
});

test('nothing is told behind an answer that says close', async () => {
  const { listener, port } = await listening((req, res) => {
    req.resume();
    req.socket.once('end', () => setImmediate(() => res.end('done')));
  });
  const client = await Client.to(port);
  const received = await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n\0\r\n\r\n').finish().end();
  expect(statusesIn(received).filter((status) => status !== 100)).toEqual([200]);
  await listener.stop();
});
