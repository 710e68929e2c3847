import { createServer, type Server, type Socket } from 'node:net';
import type { Refusal } from '../../brain/exchange/refusals.ts';
import type { Connection } from '../connection.ts';
import type { Door } from '../door.ts';
import { type Refused, reject } from '../rejection.ts';
import { tcpKeepAlive } from '../server.ts';
import { Arrival, type Host } from './arrival.ts';
import type { Entrance } from './entrance.ts';

/** What a reception needs of its listener. */
export interface ReceptionParts {
  /** All that count, whatever is spoken on them. */
  readonly connections: Map<Socket, Connection>;
  readonly door: Door;
  /** Counts a connection in; says why not where there is no room, and returns nothing then. */
  readonly enter: (socket: Socket, turnAway: (refusal: Refusal) => void) => Connection | undefined;
  /** Counts out what is closed. */
  readonly forget: (socket: Socket) => void;
  readonly refused: Refused;
  /** Has HTTP/1.1 spoken on a connection. */
  readonly http1: (socket: Socket) => void;
}

/** Where connections are received to which something else happens before HTTP. */
export class Reception implements Host {
  readonly #parts: ReceptionParts;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /** A server that receives connections by that entrance. */
  serverBehind(entrance: Entrance): Server {
    return createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, ...tcpKeepAlive }, (socket) => {
      // Nothing is said to who finds no room: in what words, is not known yet.
      const connection = this.#parts.enter(socket, (refusal) => {
        this.refused(socket.remoteAddress ?? '', refusal);
        socket.destroy();
      });
      if (!connection) return;
      const arrival = new Arrival(socket, connection, this);
      entrance(arrival).catch(() => arrival.end());
    });
  }

  replace(before: Socket, after: Socket): void {
    const { connections, forget } = this.#parts;
    const connection = connections.get(before);
    if (!connection) return;
    connections.delete(before);
    connections.set(after, connection);
    after.on('error', () => {});
    after.once('close', () => forget(after));
  }

  recount(connection: Connection, address: string): Refusal | undefined {
    return this.#parts.door.recount(connection, address);
  }

  refused(address: string, refusal: Refusal): void {
    this.#parts.refused(address, refusal);
  }

  reject(socket: Socket, refusal: Refusal): void {
    this.refused(socket.remoteAddress ?? '', refusal);
    reject(socket, refusal);
  }

  end(socket: Socket): void {
    this.#parts.forget(socket);
    socket.destroy();
  }

  http1(socket: Socket): void {
    this.#parts.http1(socket);
  }
}
