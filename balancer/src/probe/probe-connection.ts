import { connect, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';
import { hostOf, isSecure, portOf } from '../wire/address.ts';
import { type HandshakeTerms, handshakeWith, speechTrouble, usualTerms } from '../wire/handshake.ts';

/** What a probe asks at an origin: a path, and perhaps at another port. */
export function addressOf(path: string, url: URL, port: number | undefined): URL {
  const address = new URL(path, url);
  if (port !== undefined) address.port = String(port);
  return address;
}

/** Connects as requests do, and resolves once something can be sent. Rejects with what prevents that, or once the signal aborts. */
export function connected(url: URL, terms: HandshakeTerms = usualTerms, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const to = { host: hostOf(url), port: portOf(url) };
  const socket = isSecure(url) ? connectSecurely({ ...to, ...handshakeWith(url, terms) }) : connect(to);
  addAbortSignal(signal, socket);
  socket.once(isSecure(url) ? 'secureConnect' : 'connect', () => {
    const trouble = speechTrouble(url, socket);
    if (trouble) socket.destroy(trouble);
    else resolve(socket);
  });
  socket.on('error', reject);
  return promise;
}
