import type { Server, Socket } from 'node:net';
import { networkOf } from '../brain/network.ts';
import { addressOf, type Callers, mayAsk } from './callers.ts';

/** Connections that one address may have at once. A browser has six for a page, a stream among them. */
const mostOfOne = 64;

/** Connections that all those together may have who may ask for nothing but /healthz and /readyz. */
const mostOfStrangers = 16;

/**
 * Keeps one address from taking all connections of the admin port, and strangers from taking those of who may ask: what is over
 * is closed before anything of it is read. `callers` says who may ask now; nothing where any address may. `refused` hears of whom
 * that befalls.
 */
export function limitCrowd(server: Server, callers: () => Callers | undefined, refused: (address: string) => void): void {
  const counts = new Map<string, number>();
  server.prependListener('connection', (socket: Socket) => {
    const allowed = callers();
    const isStranger = allowed !== undefined && !mayAsk(allowed, socket);
    const key = isStranger ? 'strangers' : networkOf(addressOf(socket));
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    socket.once('close', () => {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    });
    if (count <= (isStranger ? mostOfStrangers : mostOfOne)) return;
    refused(addressOf(socket));
    socket.destroy();
  });
}
