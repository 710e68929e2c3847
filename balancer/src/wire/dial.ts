import { connect as connectTcp, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { hostOf, isSecure, portOf } from './address.ts';
import { type HandshakeTerms, handshakeWith } from './handshake.ts';

/** After how many ms of silence the system asks whether the other side is still there (TCP keepalive). */
const keepAliveDelay = 60_000;

/** A connection that is being made, and the socket's event that says that it can be used. */
export interface Dialled {
  readonly socket: Socket;
  readonly established: 'connect' | 'secureConnect';
}

/** Makes connections to one origin, over TLS where its URL says so. */
export class Dial {
  readonly #url: URL;
  readonly #address: TcpNetConnectOpts;
  #terms: HandshakeTerms;
  /** What the latest handshake by these terms left, for a shorter one. */
  #session: Buffer | undefined;

  constructor(url: URL, terms: HandshakeTerms) {
    this.#url = url;
    this.#address = { host: hostOf(url), port: portOf(url), noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveDelay };
    this.#terms = terms;
  }

  /** How the origin has to show who it is. */
  get terms(): HandshakeTerms {
    return this.#terms;
  }

  /** Has the origin show who it is by those terms from now on; says whether that changes anything. */
  follow(terms: HandshakeTerms): boolean {
    if (!isSecure(this.#url) || isDeepStrictEqual(terms, this.#terms)) return false;
    this.#terms = terms;
    // Who resumes a session shows nothing anew.
    this.#session = undefined;
    return true;
  }

  connect(): Dialled {
    if (isSecure(this.#url)) return { socket: this.#connectTls(this.#address), established: 'secureConnect' };
    return { socket: connectTcp(this.#address), established: 'connect' };
  }

  /** The same, with bytes that come before all else, also before TLS: the socket over TLS, which is the one to be used then, is handed over later. */
  connectBehind(bytes: Buffer, goOver: (socket: Socket) => void): { readonly socket: Socket; readonly established: 'connect' | undefined } {
    const socket = connectTcp(this.#address);
    socket.write(bytes);
    if (!isSecure(this.#url)) return { socket, established: 'connect' };
    socket.once('connect', () => goOver(this.#connectTls({ socket })));
    return { socket, established: undefined };
  }

  #connectTls(to: TcpNetConnectOpts | { readonly socket: Socket }): Socket {
    const terms = this.#terms;
    const session = this.#session;
    const socket = connectTls({ ...to, ...handshakeWith(this.#url, terms), ...(session && { session }) });
    socket.on('session', (latest) => {
      if (terms === this.#terms) this.#session = latest;
    });
    return socket;
  }
}
