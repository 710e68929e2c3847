import type { ServerHttp2Stream } from 'node:http2';
import type { BodyTaker } from '../request.ts';

/** Pieces of a body that are shorter are joined, in bytes; each has a price of its own, and a client chooses how short its frames are. */
const short = 1024;

/** The most pieces, and bytes in them, that wait to be joined. */
const mostPieces = 64;
const mostBytes = 16 * 1024;

const nothing = Buffer.alloc(0);

/**
 * A request's body as Node reads it from a stream of HTTP/2, which says that a body has ended also where its client has cancelled it, and
 * keeps each frame as a piece of its own, however short. Here it ends only where the client has ended it, and short pieces are joined.
 */
export class Body {
  readonly #stream: ServerHttp2Stream;
  /** Node's own functions. */
  readonly #push: ServerHttp2Stream['push'];
  readonly #read: ServerHttp2Stream['read'];
  #taker: BodyTaker | undefined;
  /** How many bytes of it have come. */
  received: number;
  #hasCome: boolean;
  #isWhole: boolean;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isDue = false;

  /** To be made before anything else is done with the stream. */
  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    this.#push = stream.push;
    this.#read = stream.read;
    // Where the connection's first bytes were read by others, all that was in them has come by now.
    this.#isWhole = stream.state.remoteClose === 1;
    this.received = stream.readableLength;
    this.#hasCome = this.#isWhole || this.received > 0;
    stream.push = (piece: Buffer | null) => (piece === null ? this.#end() : this.#take(piece));
    stream.read = (size?: number) => {
      // 0 asks only whether there is more, and is asked by the stream itself.
      if (size !== 0) this.#letGo();
      return this.#read.call(stream, size);
    };
  }

  /** Whether the client has ended it. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** See RoadRequest. */
  handOver(taker: BodyTaker): boolean {
    if (this.#hasCome) return false;
    this.#taker = taker;
    // Has Node begin to read.
    this.#read.call(this.#stream, 0);
    return true;
  }

  /** See RoadRequest. */
  handBack(): void {
    if (!this.#taker) return;
    this.#taker = undefined;
    // Node believes that it waits for the first piece, and would not ask for more: nothing is one, too.
    this.#push.call(this.#stream, nothing);
  }

  #end(): boolean {
    const stream = this.#stream;
    if (this.#isWhole) return this.#push.call(stream, null);
    if (stream.closed || stream.destroyed) {
      // Node would wait for the end of what was cancelled without an error (RST_STREAM with NO_ERROR); and it isn't done with the stream yet.
      process.nextTick(() => stream.destroy());
      return false;
    }
    this.#isWhole = true;
    this.#letGo();
    const isPushed = this.#push.call(stream, null);
    // Trailers come a tick later than the end that they stand before.
    if (this.#taker) process.nextTick(this.#tellEnd);
    return isPushed;
  }

  readonly #tellEnd = () => {
    this.#taker?.end();
    // Node waits until somebody has heard of the end.
    this.#stream.resume();
  };

  #take(piece: Buffer): boolean {
    this.#hasCome = true;
    this.received += piece.length;
    if (this.#taker) {
      this.#taker.piece(piece);
      return true;
    }
    if (piece.length >= short) {
      this.#letGo();
      return this.#push.call(this.#stream, piece);
    }
    this.#hold(piece);
    if (this.#heldBytes >= mostBytes) return this.#letGo();
    if (!this.#isDue && this.#stream.readableFlowing === true) {
      this.#isDue = true;
      process.nextTick(() => {
        this.#isDue = false;
        this.#letGo();
      });
    }
    return this.#stream.readableLength + this.#heldBytes < this.#stream.readableHighWaterMark;
  }

  #hold(piece: Buffer): void {
    if (this.#held.length === mostPieces) this.#held = [Buffer.concat(this.#held)];
    this.#held.push(piece);
    this.#heldBytes += piece.length;
  }

  #letGo(): boolean {
    if (this.#heldBytes === 0) return true;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return this.#push.call(this.#stream, held.length === 1 ? held[0] : Buffer.concat(held));
  }
}
