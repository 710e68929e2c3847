import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Callers } from '../../src/admin/callers.ts';
import { limitCrowd } from '../../src/admin/crowd.ts';
import { portOf } from '../wire.ts';
import { guarded, statusOf } from './guarded.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

const nobody: Callers = { listed: () => false, gateway: false };

/** A server with a limited crowd, whose clients have the address that `from` says at the moment. */
function crowded(from: { address: string }, callers: Callers | undefined, refused: (address: string) => void = () => {}): Server {
  const server = guarded();
  limitCrowd(server, () => callers, refused);
  server.prependListener('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: from.address }));
  ends.push(() => server.close());
  return server;
}

/** Opens so many connections that say nothing; resolves with them once the server has each. */
async function idle(server: Server, count: number): Promise<Socket[]> {
  const port = await portOf(server);
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened += 1) {
    const taken = once(server, 'connection');
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    ends.push(() => socket.destroy());
    sockets.push(socket);
    await taken;
  }
  return sockets;
}

/** The status of a question on a connection of its own; NaN where that is closed at once. */
const status = (server: Server) => statusOf(server, 'GET /healthz HTTP/1.1', 'Host: localhost').catch(() => Number.NaN);

test('one address gets 64 connections, and others theirs nevertheless; one that leaves makes room', async () => {
  const from = { address: '10.0.0.1' };
  const server = crowded(from, undefined);
  const [first] = await idle(server, 64);
  expect(await status(server)).toBeNaN();
  from.address = '10.0.0.2';
  expect(await status(server)).toBe(200);
  from.address = '10.0.0.1';
  first?.destroy();
  for (let tries = 0; (await status(server)) !== 200; tries += 1) expect(tries).toBeLessThan(1000);
});

test('strangers get 16 connections together, whatever their addresses, and this machine its own', async () => {
  const from = { address: '10.0.0.1' };
  const server = crowded(from, nobody);
  await idle(server, 8);
  from.address = '10.0.0.2';
  await idle(server, 8);
  from.address = '10.0.0.3';
  expect(await status(server)).toBeNaN();
  from.address = '127.0.0.1';
  expect(await status(server)).toBe(200);
});

test('whom there is no room for is told of', async () => {
  const refused: string[] = [];
  const server = crowded({ address: '10.0.0.1' }, undefined, (address) => refused.push(address));
  await idle(server, 64);
  expect(refused).toEqual([]);
  expect(await status(server)).toBeNaN();
  expect(refused).toEqual(['10.0.0.1']);
});
