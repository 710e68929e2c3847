import { constants } from 'node:http2';
import type { Socket } from 'node:net';
import { type Refusal, refusals } from '../../brain/exchange/refusals.ts';
import type { Refused } from '../rejection.ts';
import { type Counted, Http2Connection, type Http2Handler } from './connection.ts';
import type { Http2Limits } from './limits.ts';
import type { Http2Reply } from './reply.ts';

/** How many looks there are in the shortest time that is waited for; and the shortest and the longest time between two, in ms. */
const looks = 8;
const oftenest = 10;
const rarest = 1000;

/** How long a client may take to close a connection that has ended, in ms. */
const lingering = 1000;

/** How much a client had taken of an answer when it was looked at, and for how many looks it has taken no more. */
interface Mark {
  readonly taken: number;
  readonly looks: number;
}

/**
 * The clients of a thread that speak HTTP/2. One timer looks after all of them; looks are counted and no time is taken, so that nobody is
 * late because this process is.
 */
export class Http2Connections {
  readonly #handler: Http2Handler;
  readonly #limits: Http2Limits;
  readonly #refused: Refused;
  readonly #connections = new Set<Http2Connection>();
  #idleTimeout: number;
  #next: NodeJS.Timeout | undefined;
  #marks = new Map<Http2Reply, Mark>();

  /** `refused` hears of what is refused here, as the handler hears of all else. */
  constructor(handler: Http2Handler, limits: Http2Limits, refused: Refused = () => {}) {
    this.#handler = handler;
    this.#limits = limits;
    this.#refused = refused;
    this.#idleTimeout = limits.idleTimeout;
  }

  /** How long a client may take nothing of what waits for it from now on, in ms. */
  set idleTimeout(idleTimeout: number) {
    this.#idleTimeout = idleTimeout;
  }

  /** Speaks HTTP/2 on a socket until either side ends it, beginning with what waits to be read there. `counted` is what the door knows of it. */
  serve(socket: Socket, counted: Counted): void {
    const connection: Http2Connection = new Http2Connection(socket, counted, {
      ...{ handler: this.#handler, limits: this.#limits },
      refused: (refusal) => this.#refuse(socket, refusal),
      closed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    this.#watch();
  }

  #refuse(socket: Socket, refusal: Refusal): void {
    this.#refused(socket.remoteAddress ?? '', refusal);
  }

  #watch(): void {
    if (this.#next) return;
    const { headerTimeout, keepAliveTimeout } = this.#limits;
    const shortest = Math.min(headerTimeout, keepAliveTimeout, this.#idleTimeout) / looks;
    const interval = Math.max(oftenest, Math.min(rarest, shortest));
    this.#next = setTimeout(() => {
      this.#next = undefined;
      this.#look(interval);
      if (this.#connections.size > 0) this.#watch();
    }, interval).unref();
  }

  #look(interval: number): void {
    const before = this.#marks;
    this.#marks = new Map();
    for (const connection of this.#connections) {
      for (const reply of connection.replies) this.#lookAt(connection, reply, before.get(reply), interval);
      if (connection.replies.size > 0) connection.looks.idle = 0;
      else this.#lookAtIdle(connection, interval);
    }
  }

  /**
   * Ends an answer of which a client takes nothing, be it that it has no window open for it, or reads nothing at all. Who doesn't even take
   * that word is cut, with all that it has asked for.
   */
  #lookAt(connection: Http2Connection, reply: Http2Reply, before: Mark | undefined, interval: number): void {
    const { bytes, taken } = reply.waiting;
    if ((bytes === 0 && !reply.isOver) || reply.isTunnel) return;
    const looks = before?.taken === taken ? before.looks + 1 : 0;
    if (looks * interval < this.#idleTimeout) this.#marks.set(reply, { taken, looks });
    else if (reply.isUnheard) connection.cut();
    else reply.endUnheard();
  }

  #lookAtIdle(connection: Http2Connection, interval: number): void {
    const { looks, isEnding, isArriving } = connection;
    looks.idle += 1;
    const silence = looks.idle * interval;
    if (isEnding) {
      looks.ending += 1;
      if (looks.ending * interval >= lingering) connection.cut();
    } else if (isArriving && silence >= this.#limits.headerTimeout) {
      this.#refuse(connection.socket, refusals.lateHeader);
      connection.end(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (silence >= this.#limits.keepAliveTimeout) connection.wind();
    else if (!isArriving) connection.rest();
  }
}
