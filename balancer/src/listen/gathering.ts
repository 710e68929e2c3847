import type { IncomingMessage } from 'node:http';

/** Pieces of a body that are shorter are joined, in bytes; each has a price of its own, and a client chooses how short they are. */
const short = 1024;

/** The most pieces, and bytes in them, that wait to be joined. */
const mostPieces = 64;
const mostBytes = 16 * 1024;

/** A class of requests, as a mixin takes it. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript has mixins take these arguments and no others
type Requests = new (...args: any[]) => IncomingMessage;

/**
 * Makes a class of requests whose bodies come in few pieces, however short the chunks are that a client sends: what is read in one turn
 * comes as one piece, and what comes while nobody reads it, be it packet by packet, is joined until somebody does.
 */
export function gathering<Base extends Requests>(base: Base) {
  return class extends base {
    #held: Buffer[] | undefined;
    #heldBytes = 0;
    #isDue = false;

    override push(piece: Buffer | null): boolean {
      if (piece === null || piece.length >= short) {
        this.#letGo();
        return super.push(piece);
      }
      this.#hold(piece);
      if (this.#heldBytes >= mostBytes) return this.#letGo();
      if (!this.#isDue && this.#isRead()) {
        this.#isDue = true;
        process.nextTick(() => {
          this.#isDue = false;
          this.#letGo();
        });
      }
      return this.readableLength + this.#heldBytes < this.readableHighWaterMark;
    }

    /** Whoever reads gets what is held first; 0 asks only whether there is more, and is asked by the stream itself. */
    override read(size?: number): unknown {
      if (size !== 0) this.#letGo();
      return super.read(size);
    }

    #isRead(): boolean {
      return this.readableFlowing === true || this.listenerCount('readable') > 0;
    }

    #hold(piece: Buffer): void {
      this.#held ??= [];
      if (this.#held.length === mostPieces) this.#held = [Buffer.concat(this.#held)];
      this.#held.push(piece);
      this.#heldBytes += piece.length;
    }

    #letGo(): boolean {
      const held = this.#held;
      if (!held) return true;
      this.#held = undefined;
      this.#heldBytes = 0;
      return super.push(held.length === 1 ? held[0] : Buffer.concat(held));
    }
  };
}
