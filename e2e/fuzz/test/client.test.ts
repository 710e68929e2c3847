import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { spoken } from '../request/client.ts';

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serving(greet: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, greet);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const manner = { address: '127.9.9.9', gap: 0 };

test('a client waits for nothing more once the server has said its last', async () => {
  const port = await serving((socket) => socket.end('no'));
  const begun = performance.now();
  const { received, fate } = await spoken([Buffer.from('x')], { ...manner, port, until: (received) => received === 'yes' });
  expect(received).toBe('no');
  expect(fate).toMatch(/^its end came after \d+ ms, the client ended after \d+ ms$/);
  // It would wait for 15 s.
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('what became of a connection without an answer is told', async () => {
  const port = await serving((socket) => socket.once('data', () => socket.resetAndDestroy()));
  expect((await spoken([Buffer.from('x')], { ...manner, port })).fate).toContain('ECONNRESET');
});

test('a client that never had a connection has seen nothing of a server', async () => {
  const port = await serving(() => {});
  servers.pop()?.close();
  await expect(spoken([Buffer.from('x')], { ...manner, port })).rejects.toThrow(/could not connect: .*ECONNREFUSED/);
});
