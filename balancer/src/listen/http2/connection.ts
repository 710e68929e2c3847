import { METHODS } from 'node:http';
import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { type Refusal, refusals } from '../../brain/exchange/refusals.ts';
import type { Elsewhere } from '../connection.ts';
import { refuse } from '../refuse.ts';
import { askedBy } from './asked.ts';
import { Floods, type Nuisance } from './floods.ts';
import type { Http2Limits } from './limits.ts';
import { Http2Reply } from './reply.ts';
import { Http2Request } from './request.ts';
import { connectionWindow, sessionOptions } from './settings.ts';

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_FLAG_END_STREAM, NGHTTP2_REFUSED_STREAM } = constants;

/** The methods that a request of HTTP/1.1 may have here; others are refused alike. */
const methods: ReadonlySet<string> = new Set(METHODS);

/** What the door knows of a connection; see listen/connection.ts. */
export interface Counted {
  running: number;
  read: number;
  elsewhere?: Elsewhere;
}

/** Who answers requests of HTTP/2. */
export type Http2Handler = (request: Http2Request, reply: Http2Reply) => void;

/** Where a connection's requests go, and what is told of it. */
export interface ConnectionParts {
  readonly handler: Http2Handler;
  readonly limits: Http2Limits;
  /** Told of a refusal that no handler sees. */
  readonly refused: (refusal: Refusal) => void;
  readonly closed: () => void;
}

/** A client's connection on which HTTP/2 is spoken. */
export class Http2Connection implements Elsewhere {
  readonly socket: Socket;
  /** For how many looks nothing has run on it, and how many there were since its end was begun; see Http2Connections. */
  readonly looks = { idle: 0, ending: 0 };
  readonly #counted: Counted;
  readonly #session: ServerHttp2Session;
  readonly #parts: ConnectionParts;
  readonly #floods = new Floods();
  /** The replies to what runs. */
  readonly #running = new Set<Http2Reply>();
  #taken = 0;
  #latestId = -1;
  #hasGreeted = false;
  #isEnding = false;
  #isFlooded = false;

  /** Takes a socket over, with what waits to be read from it. */
  constructor(socket: Socket, counted: Counted, parts: ConnectionParts) {
    this.socket = socket;
    this.#counted = counted;
    this.#parts = parts;
    counted.elsewhere = this;
    // Each request may wait for its end.
    socket.setMaxListeners(0);
    // Who closes its half hears no answers: unlike in HTTP/1.1, there are frames to be answered all the time.
    socket.allowHalfOpen = false;
    this.#session = performServerHandshake(socket, sessionOptions(parts.limits));
    this.#session
      .on('stream', (stream, headers, flags, raw) => this.#take(stream, headers, flags, raw))
      .on('ping', () => this.#count('ping'))
      .on('remoteSettings', () => {
        this.#hasGreeted = true;
        this.#count('settings');
      })
      // What a client did wrong, nghttp2 has told it.
      .on('error', () => {});
    this.#session.setLocalWindowSize(connectionWindow);
    socket.once('close', parts.closed);
  }

  /** The replies to what runs. */
  get replies(): ReadonlySet<Http2Reply> {
    return this.#running;
  }

  /** Whether no further request is taken: we have ended it, or nghttp2 has, since what came can't be read. */
  get isEnding(): boolean {
    return this.#isEnding || this.#session.destroyed;
  }

  /** Whether something has begun to come and isn't there: the connection's first frames, or the fields of a request. */
  get isArriving(): boolean {
    if (!this.#hasGreeted) return true;
    const { lastProcStreamID = 0 } = this.#session.state;
    return lastProcStreamID > Math.max(0, this.#latestId);
  }

  wind(): void {
    this.#isEnding = true;
    this.#session.close();
  }

  cut(): void {
    this.#isEnding = true;
    this.socket.destroy();
  }

  /** Ends it with what runs, and says why (RFC 9113 §7). */
  end(code: number): void {
    if (this.#isEnding && this.#session.destroyed) return;
    this.#isEnding = true;
    for (const reply of this.#running) reply.breakOff();
    this.#session.destroy(new Error('the client asks for too much'), code);
  }

  /** Nothing runs, and nothing is on its way: what has come until now has been answered. */
  rest(): void {
    this.#counted.read = this.socket.bytesRead;
  }

  #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]): void {
    stream.on('error', () => {});
    // Nothing of a flood is begun any more, though much of it may have been read at once.
    if (this.#isFlooded) {
      stream.close(NGHTTP2_REFUSED_STREAM);
      return;
    }
    this.#countUnreadable(stream.id ?? 0);
    // It may have been cancelled, where much was read at once.
    if (stream.destroyed || stream.closed) {
      this.#count('cancelled');
      return;
    }
    const hasBody = (flags & NGHTTP2_FLAG_END_STREAM) === 0;
    const request = new Http2Request(stream, askedBy(raw, headers, !hasBody), this.socket, hasBody);
    const reply = new Http2Reply(stream, request);
    this.#run(reply);
    const refusal = wrongIn(request, headers, hasBody);
    if (refusal) {
      this.#parts.refused(refusal);
      refuse(reply, refusal);
      return;
    }
    if (hasBody && headers.expect?.toLowerCase() === '100-continue') reply.interim(100, []);
    this.#parts.handler(request, reply);
  }

  #run(reply: Http2Reply): void {
    this.looks.idle = 0;
    this.#taken += 1;
    if (this.#taken === this.#parts.limits.maxRequests) this.wind();
    this.#running.add(reply);
    this.#counted.running = this.#running.size;
    reply.whenClosed(() => {
      this.#running.delete(reply);
      this.#counted.running = this.#running.size;
      if (this.#running.size === 0) this.rest();
      if (reply.isCancelled) this.#count('cancelled');
    });
  }

  /** Streams of which nothing is heard but the next one's number could not be read: nghttp2 has reset them. */
  #countUnreadable(id: number): void {
    const missed = this.#latestId === -1 ? 0 : (id - this.#latestId) / 2 - 1;
    this.#latestId = id;
    if (missed > 0) this.#count('cancelled', missed);
  }

  #count(nuisance: Nuisance, times = 1): void {
    if (this.#isFlooded || this.#floods.count(nuisance, times)) return;
    this.#isFlooded = true;
    // nghttp2 may be reading right now.
    setImmediate(() => this.end(NGHTTP2_ENHANCE_YOUR_CALM));
  }
}

/** Why a request goes no further, if it does not: there are no tunnels here but for a WebSocket's (RFC 8441). */
function wrongIn(
  { isUpgrade, method }: Http2Request,
  { ':protocol': protocol }: IncomingHttpHeaders,
  hasBody: boolean,
): Refusal | undefined {
  if (method === 'CONNECT' || (isUpgrade && (protocol !== 'websocket' || !hasBody))) return refusals.tunnel;
  return methods.has(method) ? undefined : refusals.unknownMethod;
}
