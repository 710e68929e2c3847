import type { Socket } from 'node:net';
import type { Refusal } from '../../brain/exchange/refusals.ts';
import type { Connection } from '../connection.ts';
import { firstBytes, type IsEnough, type Silence } from './first-bytes.ts';
import type { Ends } from './proxy-header.ts';

/** What a listener does for connections on which no HTTP is spoken yet. */
export interface Host {
  /** From now on, a connection is spoken over another socket, on top of the first: it ends with that one. */
  readonly replace: (before: Socket, after: Socket) => void;
  /** Counts a connection as one from that address, for whom a proxy speaks; says why it may not stay, if so. */
  readonly recount: (connection: Connection, address: string) => Refusal | undefined;
  /** Ends a connection, and counts it out. */
  readonly end: (socket: Socket) => void;
  /** Notes that a connection is refused without an answer that its client could read. */
  readonly refused: (address: string, refusal: Refusal) => void;
  /** Refuses a connection in HTTP/1.1's words, in plain text on whatever it is spoken over. */
  readonly reject: (socket: Socket, refusal: Refusal) => void;
  /** Has HTTP/1.1 spoken on it from now on. */
  readonly http1: (socket: Socket) => void;
}

/** A connection that has been accepted, and on which no HTTP is spoken yet. It counts already, and may be ended to make room for others. */
export class Arrival {
  readonly connection: Connection;
  readonly #host: Host;
  #socket: Socket;
  /** The connection that a proxy speaks for here, if one does. */
  #ends: Ends | undefined;

  constructor(socket: Socket, connection: Connection, host: Host) {
    this.#socket = socket;
    this.connection = connection;
    this.#host = host;
  }

  /** What is spoken over, as of now: paused until HTTP begins. */
  get socket(): Socket {
    return this.#socket;
  }

  /** Whether nothing more can be said or heard. */
  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** What its client says first, which is left there for who reads next; see firstBytes. */
  first(isEnough: IsEnough, within: number): Promise<Buffer | Silence> {
    return firstBytes(this.#socket, isEnough, within);
  }

  /** Takes so many of those bytes away, which are for nobody behind. */
  takeOff(count: number): void {
    const bytes = this.#socket.read() as Buffer | null;
    if (bytes === null || bytes.length < count) throw new Error('only what has come can be taken off');
    if (bytes.length > count) this.#socket.unshift(bytes.subarray(count));
    this.connection.read += count;
  }

  /** From now on it is spoken over that socket, which is on top of the one before. */
  goesOver(socket: Socket): void {
    this.#host.replace(this.#socket, socket);
    this.#socket = socket;
    if (this.#ends) speaksFor(socket, this.#ends);
    // What its bytes are counted from is its own.
    this.connection.read = 0;
  }

  /**
   * A proxy that may say so speaks for a client, whose connection had these ends. False where that client has too much already: then it is over.
   */
  isFrom(ends: Ends): boolean {
    const refusal = this.#host.recount(this.connection, ends.source.address);
    this.#ends = ends;
    speaksFor(this.#socket, ends);
    if (refusal) this.end(refusal);
    return refusal === undefined;
  }

  /** Ends it; a refusal is noted, and not told. */
  end(refusal?: Refusal): void {
    if (refusal !== undefined) this.#host.refused(this.#socket.remoteAddress ?? '', refusal);
    this.#host.end(this.#socket);
  }

  /** Ends it with a sentence in plain HTTP/1.1. */
  reject(refusal: Refusal): void {
    this.#socket.resume();
    this.#host.reject(this.#socket, refusal);
  }

  /** HTTP/1.1 is spoken from here on. */
  speakHttp1(): void {
    this.#host.http1(this.#socket);
    this.#socket.resume();
  }
}

/** Has a socket say that it has these ends, since a proxy said so. */
function speaksFor(socket: Socket, { source, destination }: Ends): void {
  Object.defineProperties(socket, {
    ...{ remoteAddress: { value: source.address }, remotePort: { value: source.port } },
    ...{ localAddress: { value: destination.address }, localPort: { value: destination.port } },
  });
}
