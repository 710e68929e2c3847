import { invalid, Trouble } from './trouble.ts';

/** What is held on to for later pieces once everything is whole, in bytes. */
const keptRoom = 1024;

const lineEnd = Buffer.from('\r\n');
const blockEnd = Buffer.from('\r\n\r\n');

/**
 * Finds lines, and blocks of lines that an empty one ends, in bytes that come in pieces. Lines end with CR LF and with nothing else (RFC
 * 9112 §2.2 would allow LF alone, which two readers could take in two ways). What isn't whole is kept, and so many bytes of it at the most as the caller
 * allows; texts have one character a byte.
 */
export class Lines {
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  #at = 0;

  /** The index in the latest piece behind what was found there. */
  get at(): number {
    return this.#at;
  }

  /** The first bytes of what isn't whole yet. */
  get begun(): string {
    return this.#held.toString('latin1', 0, Math.min(this.#heldBytes, 16));
  }

  /** One line with its end, or nothing as long as it isn't whole. Throws Trouble where it is too long. */
  line(chunk: Buffer, from: number, longest: number): string | undefined {
    return this.#upTo(lineEnd, chunk, from, longest);
  }

  /** Lines, each with its end, without the empty line behind them; nothing as long as that hasn't come. Throws Trouble where they are too long. */
  block(chunk: Buffer, from: number, longest: number): string | undefined {
    return this.#upTo(blockEnd, chunk, from, longest)?.slice(0, -lineEnd.length);
  }

  /** The same, where there may be no line but the empty one. */
  blockOrNothing(chunk: Buffer, from: number, longest: number): string | undefined {
    if (this.#heldBytes === 0) this.#hold(lineEnd, 0);
    return this.block(chunk, from, longest + lineEnd.length)?.slice(lineEnd.length);
  }

  #upTo(end: Buffer, chunk: Buffer, from: number, longest: number): string | undefined {
    return this.#heldBytes === 0 ? this.#inPiece(end, chunk, from, longest) : this.#inHeld(end, chunk, from, longest);
  }

  /** The usual case: it is whole in one piece, and nothing of it is copied. */
  #inPiece(end: Buffer, chunk: Buffer, from: number, longest: number): string | undefined {
    const found = chunk.indexOf(end, from);
    if (found === -1) {
      this.#hold(chunk, from);
      this.#check(end, 0, longest);
      return undefined;
    }
    this.#at = found + end.length;
    if (this.#at - from > longest) throw tooLong(end);
    return chunk.toString('latin1', from, this.#at);
  }

  #inHeld(end: Buffer, chunk: Buffer, from: number, longest: number): string | undefined {
    const before = this.#heldBytes;
    this.#hold(chunk, from);
    const found = this.#held.subarray(0, this.#heldBytes).indexOf(end, Math.max(0, before - end.length + 1));
    if (found === -1) {
      this.#check(end, before, longest);
      return undefined;
    }
    const length = found + end.length;
    this.#at = from + length - before;
    this.#heldBytes = 0;
    if (length > longest) throw tooLong(end);
    const text = this.#held.toString('latin1', 0, length);
    if (this.#held.length > keptRoom) this.#held = Buffer.alloc(0);
    return text;
  }

  /** Keeps the rest of a piece; room grows by doubling, so that single bytes cost no more than what they come to. */
  #hold(chunk: Buffer, from: number): void {
    const bytes = this.#heldBytes + chunk.length - from;
    if (bytes > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#held.length, 256));
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#heldBytes, from);
    this.#heldBytes = bytes;
  }

  /** Refuses at once what can't become whole any more. */
  #check(end: Buffer, from: number, longest: number): void {
    if (this.#heldBytes > longest) throw tooLong(end);
    for (let at = this.#held.indexOf(10, from); at !== -1 && at < this.#heldBytes; at = this.#held.indexOf(10, at + 1)) {
      if (this.#held[at - 1] !== 13) throw invalid('a line that ends without CR');
    }
  }
}

function tooLong(end: Buffer): Trouble {
  return end === blockEnd ? new Trouble('LONG_HEAD') : invalid('a line that is too long');
}
