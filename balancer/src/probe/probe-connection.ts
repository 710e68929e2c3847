import { connect, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';
import type { Origin, ProxyProtocol } from '../brain/select/origin.ts';
import { hostOf, isSecure, portOf } from '../wire/address.ts';
import { type HandshakeTerms, handshakeWith, speechTrouble, usualTerms } from '../wire/handshake.ts';
import { proxyHeader } from '../wire/proxy-header.ts';

/** What a probe asks at an origin: a path, and perhaps at another port. */
export function addressOf(path: string, url: URL, port: number | undefined): URL {
  const address = new URL(path, url);
  if (port !== undefined) address.port = String(port);
  return address;
}

/** Where a probe connects to. */
type Place = Pick<Origin, 'url' | 'proxyProtocol'>;

/** Connects as requests do, and resolves once something can be sent. Rejects with what prevents that, or once the signal aborts. */
export function connected({ url, proxyProtocol }: Place, terms: HandshakeTerms = usualTerms, signal?: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const hear = (socket: Socket, event: 'connect' | 'secureConnect', then: (socket: Socket) => void) =>
    void socket.on('error', reject).once(event, () => then(socket));
  const established = (socket: Socket) => {
    const trouble = speechTrouble(url, socket);
    if (trouble) socket.destroy(trouble);
    else resolve(socket);
  };
  const isOverTls = isSecure(url);
  const to = { host: hostOf(url), port: portOf(url) };
  const handshake = handshakeWith(url, terms);
  if (isOverTls && proxyProtocol === undefined)
    hear(abortable(connectSecurely({ ...to, ...handshake }), signal), 'secureConnect', established);
  else {
    const socket = introduced(abortable(connect(to), signal), proxyProtocol);
    const secure = () => hear(connectSecurely({ socket, ...handshake }), 'secureConnect', established);
    hear(socket, 'connect', isOverTls ? secure : established);
  }
  return promise;
}

function abortable(socket: Socket, signal: AbortSignal | undefined): Socket {
  return signal ? addAbortSignal(signal, socket) : socket;
}

/** Whoever wants to be told whom a connection is for would not read a probe that doesn't say: it is the balancer's own. */
function introduced(socket: Socket, version: ProxyProtocol | undefined): Socket {
  if (version !== undefined) socket.write(proxyHeader(version));
  return socket;
}
