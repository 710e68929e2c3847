import type { ClientHttp2Stream } from 'node:http2';

/**
 * The body of an answer, piece by piece, no faster than it is taken. It is taken where Node hands it to its own stream, for that loses three
 * things: it tells `end` also of an answer that was reset, which would make a part look whole; it throws away what waits for a slow client when
 * the origin closes the connection behind a whole answer; and it hands over pieces before the head that came with them.
 */
export class AnswerBody {
  readonly #data: (piece: Buffer) => void;
  readonly #end: () => void;
  #stream: ClientHttp2Stream | undefined;
  #held: Buffer[] = [];
  #hasBegun = false;
  #hasEnded = false;
  #isPaused = false;
  #isTold = false;

  /** `data` is handed each piece, and `end` is called once behind a whole body; neither before `begin`. */
  constructor(data: (piece: Buffer) => void, end: () => void) {
    this.#data = data;
    this.#end = end;
  }

  /** Whether the origin has sent all of it. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  takeFrom(stream: ClientHttp2Stream): void {
    this.#stream = stream;
    const push = stream.push.bind(stream);
    stream.push = (piece: Buffer | null, encoding) => {
      if (piece !== null) {
        this.#take(piece);
        return true;
      }
      // A stream that was reset is closed by now.
      if (!stream.closed) this.#finish();
      return push(piece, encoding);
    };
    stream.resume();
  }

  /** The head is told, and what comes behind it can be. */
  begin(): void {
    this.#hasBegun = true;
    this.#goOn();
  }

  /** Takes no more than the origin was allowed to send already (its window, RFC 9113 §5.2). */
  pause(): void {
    this.#isPaused = true;
    this.#stream?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#stream?.resume();
    // Node takes its stream for one that is still being read, since nothing came out of that, and would not read on by itself.
    this.#stream?._read(0);
    this.#goOn();
  }

  /** Gives the stream back as Node has it, paused and with what has come already. */
  handBack(): void {
    const stream = this.#stream as ClientHttp2Stream;
    stream.pause();
    Reflect.deleteProperty(stream, 'push');
    for (const piece of this.#held.splice(0)) stream.push(piece);
  }

  #take(piece: Buffer): void {
    if (this.#hasBegun && !this.#isPaused && this.#held.length === 0) this.#data(piece);
    else this.#held.push(piece);
  }

  #finish(): void {
    this.#hasEnded = true;
    // The fields that end it, or the head, are told in a moment.
    process.nextTick(() => this.#goOn());
  }

  #goOn(): void {
    while (this.#hasBegun && !this.#isPaused && this.#held.length > 0) this.#data(this.#held.shift() as Buffer);
    if (!this.#hasBegun || this.#isPaused || !this.#hasEnded || this.#isTold) return;
    this.#isTold = true;
    this.#end();
  }
}
