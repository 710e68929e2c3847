import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How often it is looked who of those that were asked has left, in ms. */
const interval = 100;

const nothing = Buffer.alloc(0);

/**
 * The connections of clients that have closed their half (`shutdown(SHUT_WR)`) while they are owed an answer. The end of what comes from
 * a client that only listens and of one that has left (`close()`) is the same; but who has left answers whatever is sent with a
 * reset. So it is sent the one thing that a client of HTTP/1.1 throws away: a `100 Continue` that it didn't ask for (RFC 9110 §15.2.1).
 * Nobody tells of that reset, since the system isn't asked about a connection any more from which nothing can come; but to write
 * nothing to it fails.
 */
export class HalfClosed {
  readonly #sockets = new Set<Socket>();
  #looking: NodeJS.Timeout | undefined;

  /** Asks a client whether it is still there; if not, now or as soon as that can be seen, its connection is destroyed. */
  ask(socket: Socket, running: ServerResponse): void {
    // Between the parts of an answer, it would be one of them; HTTP/1.0 knows no interim answers.
    if (!running.headersSent && running.req.httpVersion === '1.1') running.writeContinue();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // On one machine, the reset has come by then.
    setImmediate(look, socket);
    this.#looking ??= setInterval(() => this.#look(), interval).unref();
  }

  #look(): void {
    for (const socket of this.#sockets) look(socket);
    if (this.#sockets.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

/** Has the system say whether there was a reset; where something waits to be written, it says so by itself. */
function look(socket: Socket): void {
  if (!socket.writable || socket.writableLength > 0) return;
  if (isOverTls(socket)) socket.writeNothing();
  else socket.write(nothing);
}

/** Over TLS, what is written to the system is another matter; see TlsSocket, which who has no TLS port doesn't load. */
function isOverTls(socket: Socket): socket is Socket & { writeNothing(): void } {
  return 'writeNothing' in socket;
}
