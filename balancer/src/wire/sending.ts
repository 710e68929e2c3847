import type { Readable, Writable } from 'node:stream';

/** What is told of a body on its way. */
export interface SendingEnds {
  /** The origin takes nothing for now, or takes something again. */
  readonly blocked: () => void;
  /** The last byte has been handed over. */
  readonly sent: () => void;
  /** The body broke off. */
  readonly failed: (error: Error) => void;
}

/** A body that is streamed to an origin, no faster than that takes it: on a connection of HTTP/1.1, or a stream of HTTP/2. */
export class Sending {
  readonly #socket: Writable;
  readonly #body: Readable;
  readonly #ends: SendingEnds;
  readonly #inChunks: boolean;
  readonly #trailers: () => string;
  #isBlocked = false;

  /** `inChunks` is whether it goes in chunks (RFC 9112 §7.1), behind which the trailers stand: field lines, asked for at the end. */
  constructor(socket: Writable, body: Readable, framing: { inChunks: boolean; trailers: () => string }, ends: SendingEnds) {
    this.#socket = socket;
    this.#body = body;
    this.#inChunks = framing.inChunks;
    this.#trailers = framing.trailers;
    this.#ends = ends;
    socket.on('drain', this.#onDrain);
    body.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onError);
  }

  /** Whether the origin takes nothing for now. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Sends no more; the body is destroyed. */
  stop(): void {
    this.leave();
    this.#body.on('error', () => {}).destroy();
  }

  /** Sends no more, and leaves the body as it is. */
  leave(): void {
    this.#socket.off('drain', this.#onDrain);
    this.#body.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError);
  }

  readonly #onData = (piece: Buffer) => {
    if (piece.length === 0) return;
    const takesMore = this.#inChunks ? writeChunk(this.#socket, piece) : this.#socket.write(piece);
    if (takesMore) return;
    this.#body.pause();
    this.#isBlocked = true;
    this.#ends.blocked();
  };

  readonly #onDrain = () => {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#ends.blocked();
    this.#body.resume();
  };

  readonly #onEnd = () => {
    this.leave();
    if (this.#inChunks) this.#socket.write(`0\r\n${this.#trailers()}\r\n`, 'latin1');
    this.#ends.sent();
  };

  readonly #onError = (error: Error) => {
    this.leave();
    this.#ends.failed(error);
  };
}

function writeChunk(socket: Writable, piece: Buffer): boolean {
  socket.cork();
  socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
  socket.write(piece);
  const takesMore = socket.write('\r\n', 'latin1');
  socket.uncork();
  return takesMore;
}
