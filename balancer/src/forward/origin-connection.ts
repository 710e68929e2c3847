import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What every answer begins with that is of a version that can be passed on (RFC 9112 §2.3). */
const beginning = 'HTTP/1.';

/** Answers of other protocols, which the library would take for HTTP. */
class NoHttp extends Error {
  readonly code = 'HPE_INVALID_VERSION';
}

const connections = new WeakMap<object, OriginConnection>();

/** One connection to an origin: what has come on it since the latest request, which the library doesn't say. */
export class OriginConnection {
  readonly #socket: Socket;
  #requests = 0;
  /** How many bytes of its beginning the answer has shown. */
  #shown = 0;

  /** Watches a connection on which nothing was read yet. */
  constructor(socket: Socket) {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    socket.read = (size) => this.#look(read(size));
    connections.set(socket, this);
  }

  /**
   * Whether another request came before on it, and nothing after the latest one: where it breaks then, the origin most likely closed
   * it because it was idle, and the request met that on its way (RFC 9112 §9.3.1).
   */
  get isStale(): boolean {
    return this.#requests > 1 && this.#shown === 0;
  }

  /** A request begins to leave. */
  begin(): void {
    this.#requests += 1;
    this.#shown = 0;
  }

  /** Lets through what was read, unless an answer begins with it that is no HTTP/1. */
  #look(chunk: Buffer | null): Buffer | null {
    if (chunk === null || this.#shown === beginning.length) return chunk;
    const more = chunk.toString('latin1', 0, beginning.length - this.#shown);
    if (this.#requests > 0 && !beginning.startsWith(more, this.#shown)) {
      this.#shown = beginning.length;
      this.#socket.destroy(new NoHttp());
      return null;
    }
    this.#shown += more.length;
    return chunk;
  }
}

/** Who sends a request, and wants to know on which connection it left. */
export interface Sender {
  connection: OriginConnection | undefined;
}

let sender: Sender | undefined;

/** Gives the sender the connection on which its request leaves next, in the same turn. To be called as undici starts the request. */
export function tellConnectionTo(next: Sender): void {
  sender = next;
}

// The only place where undici says which connection a request takes.
subscribe('undici:client:sendHeaders', (message) => {
  const connection = connections.get((message as { socket: object }).socket);
  if (!connection || !sender) return;
  connection.begin();
  sender.connection = connection;
  sender = undefined;
});
