import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { Listener } from '../../src/listen/listener.ts';
import { Ledger, ledgerMemory } from '../../src/pool/ledger.ts';

const limits = {
  maxClients: 100,
  maxHeaderSize: 16_384,
  maxTargetLength: 8192,
  headerTimeout: 10_000,
  keepAliveTimeout: 60_000,
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
      const listener = new Listener((_req, res) => res.end('ok'), { ...limits, maxClients: 2 }, {}, new Ledger(memory, thread));
      ends.push(
        () => listener.cut(),
        () => listener.stop(),
      );
      return listener.listen(0, '127.0.0.1');
    }),
  );
  const connected = async (index: number) => {
    const socket = connect({ port: ports[index] as number, host: '127.0.0.1', noDelay: true });
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    return { socket, status: String((await once(socket, 'data'))[0]).slice(9, 12) };
  };
  const [first, second] = [await connected(0), await connected(0)];
  expect([first.status, second.status, (await connected(0)).status, (await connected(1)).status]).toEqual(['200', '200', '503', '503']);
  first.socket.end();
  await once(first.socket, 'close');
  expect((await connected(1)).status).toBe('200');
});
