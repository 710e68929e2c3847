import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { Deadline, type Deadlines } from '../../brain/deadlines.ts';
import type { Dialled } from '../dial.ts';
import { speechTrouble } from '../handshake.ts';
import type { WireLimits } from '../limits.ts';
import { Trouble } from '../trouble.ts';
import { mostFields } from './answer-heads.ts';
import { nameOfCode } from './endings.ts';
import { Liveliness } from './liveliness.ts';
import type { Carrying, RequestStream } from './request-stream.ts';

/** What a session is told by, and whom it tells. */
export interface SessionParts {
  readonly url: URL;
  readonly deadlines: Deadlines;
  /** In ms, on the clock of the deadlines. */
  readonly now: () => number;
  readonly limits: () => WireLimits;
  /** The most streams that its origin takes on a connection, as far as that is known. */
  readonly learned: (mostStreams: number) => void;
  /** Its connection is closed. */
  readonly gone: (session: Session) => void;
}

/**
 * The most streams of one session, even where the origin takes more: what slow clients leave unread of as many answers is held here. Requests on
 * top of that get a session of their own.
 */
export const mostStreams = 100;

/** After how many requests one takes no more: a connection has 2^30 numbers for streams. */
const mostRequests = 500_000_000;

/** How much of one answer an origin may send ahead of who reads it, and of all on a connection ahead of this process, in bytes. */
const streamWindow = 64 * 1024;
const connectionWindow = 1024 * 1024;

/** How long an idle session is kept, in ms. */
const keptIdle = 60_000;

/** How long the other side may take to close a connection that is ended in order, in ms. */
const lingering = 1000;

/** Fields that come twice and should not are the origin's to refuse, as by HTTP/1.1. */
const asTheyCame = { strictSingleValueFields: false };

/** One connection of HTTP/2 to an origin, which carries many requests at a time. */
export class Session implements Carrying {
  readonly #parts: SessionParts;
  readonly #socket: Socket;
  readonly #deadline: Deadline;
  readonly #liveliness: Liveliness;
  readonly #streams = new Set<RequestStream>();
  #http2: ClientHttp2Session | undefined;
  #state: 'connecting' | 'open' | 'leaving' | 'gone' = 'connecting';
  #mostStreams: number;
  #requests = 0;
  /** The last stream that the origin has begun with, or may have, once it says so. */
  #lastStream = Number.POSITIVE_INFINITY;
  #loss: Error | undefined;
  #retires = false;

  /** `expected` is how many streams its origin will take, until it says so itself. */
  constructor({ socket, established }: Dialled, expected: number, parts: SessionParts) {
    this.#parts = parts;
    this.#socket = socket;
    this.#mostStreams = expected;
    this.#liveliness = new Liveliness(parts.deadlines, {
      bytesRead: () => socket.bytesRead,
      patience: () => parts.limits().connect,
      ping: (answered) => void this.#http2?.ping(answered),
      dead: () => this.#lose(new Trouble('CLOSED', 'it answers no PING')),
    });
    this.#deadline = new Deadline(parts.deadlines, this.#expire);
    this.#deadline.in(parts.limits().connect);
    // Before anybody else, so that it is known why when streams end with it.
    socket.on('error', (error) => this.#note(error)).on('close', this.#onClose);
    socket.once(established, this.#onEstablished);
  }

  get http2(): ClientHttp2Session {
    return this.#http2 as ClientHttp2Session;
  }

  get loss(): Error | undefined {
    return this.#loss;
  }

  get isUsed(): boolean {
    return this.#requests > 1;
  }

  /** Whether it can take another request. */
  get hasRoom(): boolean {
    const isOpen =
      (this.#state === 'connecting' && !this.#retires) || (this.#state === 'open' && !this.http2.closed && !this.http2.destroyed);
    return isOpen && !this.#loss && this.#streams.size < this.#mostStreams && this.#requests < mostRequests;
  }

  /** Takes a request; only where it has room. */
  carry(stream: RequestStream): void {
    this.#streams.add(stream);
    this.#requests += 1;
    stream.wait(this);
    if (this.#state !== 'open') return;
    this.#deadline.in(Number.POSITIVE_INFINITY);
    this.#liveliness.look();
    if (!stream.isOver) stream.leave();
  }

  isUnprocessed(id: number): boolean {
    return id > this.#lastStream;
  }

  left(stream: RequestStream): void {
    if (!this.#streams.delete(stream) || this.#streams.size > 0) return;
    this.#liveliness.rest();
    if (this.#state === 'open') this.#deadline.in(keptIdle);
    else if (this.#state === 'leaving') this.#deadline.in(lingering);
  }

  /** Takes no further request, and ends once nothing runs on it. */
  retire(): void {
    this.#retires = true;
    if (this.#state === 'connecting' && this.#streams.size === 0) this.#lose(new Trouble('CUT'));
    else if (this.#state === 'open') this.#leave();
  }

  /** Ends it, with whatever it carries. */
  cut(): void {
    this.#lose(new Trouble('CUT'));
  }

  readonly #onEstablished = () => {
    const trouble = speechTrouble(this.#parts.url, this.#socket);
    if (trouble) {
      this.#lose(trouble);
      return;
    }
    const { longestHead } = this.#parts.limits();
    const http2 = connect('http://origin', {
      createConnection: () => this.#socket,
      // More than is taken, so that it is known of most longer ones what is wrong; beyond that, Node resets the stream.
      settings: { enablePush: false, initialWindowSize: streamWindow, maxHeaderListSize: 2 * longestHead + 64 * 1024 },
      maxHeaderListPairs: 2 * mostFields,
      maxSendHeaderBlockLength: 2 ** 27,
      maxSessionMemory: 100,
      peerMaxConcurrentStreams: mostStreams,
      ...asTheyCame,
    });
    this.#http2 = http2;
    http2.setLocalWindowSize(connectionWindow);
    http2.on('remoteSettings', ({ maxConcurrentStreams }) => this.#onSettings(maxConcurrentStreams ?? mostStreams));
    http2.on('goaway', (code, lastStream) => this.#onGoaway(code, lastStream));
    http2.on('error', (error) => this.#note(error));
  };

  /** The origin speaks HTTP/2, and says how many streams it takes. What has waited for that leaves. */
  #onSettings(most: number): void {
    this.#mostStreams = Math.min(mostStreams, most);
    this.#parts.learned(this.#mostStreams);
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#deadline.in(this.#streams.size === 0 ? keptIdle : Number.POSITIVE_INFINITY);
    const waiting = [...this.#streams];
    for (const stream of waiting.slice(0, this.#mostStreams)) stream.leave();
    for (const stream of waiting.slice(this.#mostStreams)) {
      // Where it takes none at all, another session would be of no use.
      if (most === 0) stream.fail(new Trouble('REFUSED'));
      else stream.moveOn();
    }
    if (this.#retires && this.#state === 'open') this.#leave();
  }

  /** The origin takes no more requests on this connection (RFC 9113 §6.8). */
  #onGoaway(code: number, lastStream: number): void {
    this.#lastStream = lastStream;
    if (code !== constants.NGHTTP2_NO_ERROR) this.#loss ??= new Trouble('CLOSED', `GOAWAY with ${nameOfCode(code)}`);
    if (this.#state === 'open') this.#leave();
  }

  #leave(): void {
    this.#state = 'leaving';
    this.#deadline.in(this.#streams.size === 0 ? lingering : Number.POSITIVE_INFINITY);
    this.#http2?.close();
  }

  readonly #expire = () => {
    if (this.#state === 'connecting') this.#lose(this.#lateTrouble());
    else if (this.#state === 'open') this.#leave();
    else this.#socket.destroy();
  };

  #lateTrouble(): Trouble {
    if (this.#http2) return new Trouble('LATE_SETTINGS');
    return new Trouble(this.#socket.connecting ? 'LATE_CONNECTION' : 'LATE_HANDSHAKE');
  }

  #lose(loss: Error): void {
    this.#note(loss);
    this.#socket.destroy();
    this.#end();
  }

  /** What was wrong first is why it is gone. Who breaks HTTP/2 before the first word of it speaks something else. */
  #note(error: NodeJS.ErrnoException): void {
    if (this.#loss) return;
    const isOther = error.code === 'ERR_HTTP2_ERROR' || error.code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
    const isBreach = isOther || error.code?.startsWith('ERR_HTTP2_');
    if (this.#state === 'connecting' && isOther) this.#loss = new Trouble('NO_HTTP2');
    else this.#loss = isBreach ? new Trouble('INVALID', `an error of HTTP/2, ${error.message}`) : error;
  }

  readonly #onClose = () => {
    this.#note(new Trouble(this.#state === 'connecting' && this.#socket.bytesRead > 0 && this.#http2 ? 'NO_HTTP2' : 'CLOSED'));
    this.#end();
  };

  #end(): void {
    if (this.#state === 'gone') return;
    const wasConnecting = this.#state === 'connecting';
    this.#state = 'gone';
    this.#deadline.end();
    this.#liveliness.end();
    // Others learn it by their streams, which Node closes.
    if (wasConnecting) for (const stream of [...this.#streams]) stream.fail(this.#loss as Error);
    this.#parts.gone(this);
  }
}
