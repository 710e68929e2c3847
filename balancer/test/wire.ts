import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import type { Door } from './roads/road.ts';

/**
 * Sends bytes as they stand to a server that may not listen yet, and resolves with all that comes back until the
 * connection closes. `until` watches what came back so far: a function is called with it; where it is a pattern, the bytes
 * of `then` follow once it matches.
 */
export async function onTheWire(server: Door, bytes: string, until?: RegExp | ((seen: string) => void), then = ''): Promise<string> {
  const socket = connect(await portOf(server), '127.0.0.1').setEncoding('latin1');
  let seen = '';
  let rest = then;
  socket.on('data', (text: string) => {
    seen += text;
    if (typeof until === 'function') until(seen);
    else if (until?.test(seen)) {
      socket.write(rest, 'latin1');
      rest = '';
    }
  });
  // An answer that breaks off ends with a reset.
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  await new Promise((closed) => socket.once('close', closed));
  return seen;
}

/** The port of a server on loopback; starts it where it doesn't listen yet. */
export async function portOf(server: Door): Promise<number> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Where a server on loopback is, for supertest; starts it where it doesn't listen yet. */
export async function urlOf(server: Door): Promise<string> {
  return `http://127.0.0.1:${await portOf(server)}`;
}
