import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Ahead } from './ahead.ts';
import { Backlog } from './backlog.ts';
import { type Connection, isBodyTaken, isHandedOver } from './connection.ts';

/** Who hears what clients that are ahead do. */
export interface ReadAheadParts {
  /** A client has said its last while that response is not over, and some of what it said is held. */
  readonly ask: (socket: Socket, running: ServerResponse) => void;
  /** A client has said its last, and all of it is parsed. */
  readonly ended: (socket: Socket, connection: Connection) => void;
  /** Ends a connection. */
  readonly end: (socket: Socket) => void;
}

/** What all clients of a thread send ahead of the answers, kept within its bounds. */
export class ReadAhead {
  readonly #connections: ReadonlyMap<Socket, Connection>;
  readonly #parts: ReadAheadParts;
  readonly #backlog = new Backlog(
    () => this.#tighten(),
    () => this.#endMost(),
  );

  constructor(connections: ReadonlyMap<Socket, Connection>, parts: ReadAheadParts) {
    this.#connections = connections;
    this.#parts = parts;
  }

  /** Whether nothing may be read ahead for now. */
  get isTight(): boolean {
    return this.#backlog.isTight;
  }

  /** What a connection has sent ahead; from now on it is read by the message. */
  of(socket: Socket, connection: Connection): Ahead {
    const hasEnded = () => socket.destroyed || (socket.writableEnded && !isBodyTaken(connection));
    const isOver = () => hasEnded() || connection.complaint !== undefined;
    connection.ahead ??= new Ahead(socket, this.#backlog, {
      isOver,
      mayGoOn: () => !isOver() && connection.queue.length === 0 && (connection.running === 0 || connection.latest?.req.complete === false),
      ends: () => connection.running > 0 && connection.latest && this.#parts.ask(socket, connection.latest),
      ended: () => this.#parts.ended(socket, connection),
    });
    return connection.ahead;
  }

  /** From now on, nothing more is read ahead on any connection. */
  #tighten(): void {
    for (const [socket, connection] of this.#connections) {
      if (connection.elsewhere) continue;
      if (!connection.latest || !isHandedOver(connection.latest.req)) this.of(socket, connection).holdBack();
    }
  }

  /** Ends the connection that has most ahead: nothing else gives that back. */
  #endMost(): void {
    let first: Socket | undefined;
    let most = 0;
    for (const [socket, { ahead }] of this.#connections) {
      if (!ahead || ahead.bytes <= most) continue;
      first = socket;
      most = ahead.bytes;
    }
    if (first) this.#parts.end(first);
  }
}
