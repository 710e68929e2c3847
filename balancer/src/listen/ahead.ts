import type { Socket } from 'node:net';
import type { Backlog } from './backlog.ts';

/** What ends a head (RFC 9112 §2.1), and a body in chunks (§7.1). */
const messageEnd = Buffer.from('\r\n\r\n');

/** The shortest request there can be, in bytes. */
const shortest = 'GET / HTTP/1.1\r\n\r\n'.length;

/** From how many bytes on nothing more is read of a connection that is ahead; up to then it is, for who leaves can be seen only so. */
const mostHeld = 16 * 1024;

/** The most bytes that Node reads at once. */
const longestRead = 64 * 1024;

/** About what a request takes up that is parsed, in bytes. */
const parsedRequest = 4 * 1024;

const nothing = Buffer.alloc(0);

/** Node's handle of a socket, which reads from the system, where a stream that is paused would still fill its buffer. */
type WithHandle = Socket & { readonly _handle?: { reading: boolean; readStart(): number; readStop(): number } | null };

type OnData = (bytes: Buffer) => void;

/** What a connection that is ahead asks, and tells. */
export interface AheadParts {
  /** Whether more may be parsed: all that was asked is answered, or the latest request is not whole. */
  readonly mayGoOn: () => boolean;
  /** Whether nothing behind it is read any more. */
  readonly isOver: () => boolean;
  /** The client has said its last, and some of that is held. */
  readonly ends: () => void;
  /** The client has said its last, and all of it is parsed. */
  readonly ended: () => void;
}

/**
 * A client that sends requests ahead of the answers (pipelining, RFC 9112 §9.3.2). Node's parser makes an object of each request in all that is read
 * at once, thousands of them. Here it gets no more than one message at a time, and the next when that is answered: what comes before is held as
 * the bytes that it is, and is not read where it is too much. It costs 3 µs for each read, so only who has sent ahead once is read so.
 */
export class Ahead {
  readonly #socket: WithHandle;
  readonly #backlog: Backlog;
  readonly #parts: AheadParts;
  /** Node's own, which parse. */
  readonly #parse: OnData[];
  readonly #end: (() => void)[];
  #held: Buffer = nothing;
  /** What was parsed ahead takes up, in bytes. */
  #parsed = 0;
  #hasEnded = false;

  constructor(socket: Socket, backlog: Backlog, parts: AheadParts) {
    this.#socket = socket;
    this.#backlog = backlog;
    this.#parts = parts;
    this.#parse = socket.listeners('data') as OnData[];
    this.#end = socket.listeners('end').filter(({ name }) => name === 'bound socketOnEnd') as (() => void)[];
    for (const listener of this.#parse) socket.off('data', listener);
    for (const listener of this.#end) socket.off('end', listener);
    socket.on('data', this.#onData).on('end', this.#onEnd).on('resume', this.#onResume).on('pause', this.#onPause);
  }

  /** How many bytes all that is ahead takes up. */
  get bytes(): number {
    return this.#parsed + this.held;
  }

  /** How many bytes are held. */
  get held(): number {
    return this.#held.length;
  }

  /** A request was parsed ahead, in a read that brought no more than so many bytes. */
  parsedOne(bytes: number): void {
    const more = parsedRequest + (this.#parsed === 0 ? Math.min(bytes, longestRead) : 0);
    this.#parsed += more;
    this.#backlog.count(more);
  }

  /** All that was parsed ahead is answered. */
  goOn(): void {
    this.#backlog.count(-this.#parsed);
    this.#parsed = 0;
    if (this.#socket.isPaused()) this.#socket.resume();
    else this.#work();
  }

  /** Reads no more where there is too much. */
  holdBack(): void {
    if (this.held > (this.#backlog.isTight ? 0 : mostHeld)) this.#socket.pause();
  }

  /** Forgets all that is ahead, and hears of nothing more; returns the bytes that are held. */
  letGo(): Buffer {
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('resume', this.#onResume).off('pause', this.#onPause);
    this.#backlog.count(-this.#parsed);
    this.#parsed = 0;
    return this.#drop();
  }

  #drop(): Buffer {
    const held = this.#held;
    this.#backlog.count(-held.length);
    this.#held = nothing;
    return held;
  }

  readonly #onData = (bytes: Buffer) => {
    this.#backlog.count(bytes.length);
    // Pieces are joined: each has a price of its own, and a client chooses how short they are.
    this.#held = this.held === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#work();
  };

  readonly #onEnd = () => {
    this.#hasEnded = true;
    this.#feed();
    if (this.held > 0) this.#parts.ends();
  };

  readonly #onResume = () => {
    const { _handle: handle } = this.#socket;
    if (handle && !handle.reading && !this.#socket.isPaused()) {
      handle.reading = true;
      handle.readStart();
    }
    this.#work();
  };

  /** Nothing more is read, also once the stream has looked for more, which it does a tick after a piece. */
  readonly #onPause = () => process.nextTick(() => process.nextTick(this.#stopReading));

  readonly #stopReading = () => {
    const { _handle: handle } = this.#socket;
    if (!handle?.reading || !this.#socket.isPaused()) return;
    handle.reading = false;
    handle.readStop();
  };

  #work(): void {
    if (this.#parts.isOver()) this.#drop();
    this.#feed();
    this.holdBack();
  }

  #feed(): void {
    while (this.held > 0 && !this.#socket.isPaused() && this.#parts.mayGoOn()) {
      const bytes = this.#next();
      for (const parse of this.#parse) parse.call(this.#socket, bytes);
    }
    if (this.held > 0 || !this.#hasEnded) return;
    this.#hasEnded = false;
    for (const end of this.#end) end.call(this.#socket);
    this.#parts.ended();
  }

  /** Takes what one message may end with. No head ends before it, and so no more than two requests can be in it. */
  #next(): Buffer {
    const found = this.#held.indexOf(messageEnd, shortest - messageEnd.length);
    const length = found === -1 ? this.held : found + messageEnd.length;
    const bytes = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    this.#backlog.count(-length);
    return bytes;
  }
}
