import { Readable } from 'node:stream';
import { Deadline, type Deadlines } from '../brain/deadlines.ts';
import type { RoadRequest } from '../listen/request.ts';

/** The most pieces that are held until they are joined. */
const mostPieces = 64;

/** Pieces that are shorter, on average, are worth a copy to be joined, in bytes. */
const short = 1024;

/** The client stopped sending in the middle of its body, or sent it too slowly. */
export class ClientStalled extends Error {
  /** The lowest rate that it did not keep, in bytes/s; missing where it fell silent. */
  readonly slowerThan: number | undefined;

  constructor(slowerThan?: number) {
    super();
    this.slowerThan = slowerThan;
  }
}

/** The client sent a longer body than its route takes. */
export class BodyTooLong extends Error {}

/** The client stopped reading the answer. */
export class ClientDeaf extends Error {}

/** The client went away in the middle of its body. */
export class ClientLeft extends Error {}

/** How long a client may be silent, and by what that is timed. */
export interface Silence {
  /** In ms. */
  readonly patience: number;
  readonly deadlines: Deadlines;
}

/** What a client is held to while it sends its body. */
export interface Intake {
  /** Counts bytes that came; returns what is wrong with them, if anything is: ClientStalled or BodyTooLong. */
  take(bytes: number): Error | undefined;
  /** The client was not read from until now, which is not its fault. */
  goOn(): void;
}

/**
 * A body on its way, as fast as the origin takes it. When an origin answers without reading it all, the transport destroys
 * this stream and not the client's connection; what the client still sends is then read and dropped. It is destroyed with
 * ClientStalled, BodyTooLong or ClientLeft where the client does that.
 */
export class Upload extends Readable {
  readonly #request: RoadRequest;
  readonly #patience: number;
  readonly #intake: Intake;
  #begun: readonly Buffer[];
  /** What came while the origin took nothing. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  readonly #stalled: Deadline;
  #hasBegun = false;

  /** `begun` is what was read of the body already. */
  constructor(request: RoadRequest, { patience, deadlines }: Silence, intake: Intake, begun: readonly Buffer[] = []) {
    super();
    this.#request = request;
    this.#patience = patience;
    this.#stalled = new Deadline(deadlines, () => this.#fallSilent());
    this.#intake = intake;
    this.#begun = begun;
  }

  /** The silence that is timed is the client's: none is while the origin takes nothing. */
  override _read(): void {
    this.#intake.goOn();
    const begun = this.#begun;
    this.#begun = [];
    for (const piece of begun) this.push(piece);
    this.#stalled.in(this.#patience);
    if (!this.#hasBegun) this.#begin();
    this.#request.stream.resume();
  }

  /** What came while the origin took nothing goes first. */
  override resume(): this {
    this.#letGo();
    return super.resume();
  }

  /** Reads and drops a body that nobody has begun to send on. */
  dropUnsent(): void {
    if (!this.#hasBegun) this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stalled.end();
    this.#request.stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.#request.stream.resume();
    done(error);
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#request.stream.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    // What was there in whole ended together with its first piece, if another request ran before it, and says so once only.
    if (this.#request.stream.readableEnded) this.#onEnd();
  }

  #fallSilent(): void {
    if (!this.#request.stream.isPaused()) this.destroy(new ClientStalled());
  }

  readonly #onData = (chunk: Buffer) => {
    this.#stalled.in(this.#patience);
    const wrong = this.#intake.take(chunk.length);
    if (wrong) this.destroy(wrong);
    else if (!this.#take(chunk)) this.#request.stream.pause();
  };

  /** Hands a piece on; while the origin takes nothing, pieces are joined, for each has a price of its own. Says whether there is room for more. */
  #take(piece: Buffer): boolean {
    if (!this.isPaused() || this.listenerCount('readable') > 0) return this.push(piece);
    this.#held = this.#held.length < mostPieces ? this.#held : [Buffer.concat(this.#held)];
    this.#held.push(piece);
    this.#heldBytes += piece.length;
    return this.readableLength + this.#heldBytes < this.readableHighWaterMark;
  }

  #letGo(): void {
    if (this.#heldBytes === 0) return;
    const [held, bytes] = [this.#held, this.#heldBytes];
    this.#held = [];
    this.#heldBytes = 0;
    if (bytes < short * held.length) this.push(Buffer.concat(held));
    else for (const piece of held) this.push(piece);
  }

  readonly #onEnd = () => {
    this.#stalled.end();
    this.#letGo();
    this.push(null);
  };

  readonly #onClose = () => {
    if (!this.#request.isWhole) this.destroy(new ClientLeft());
  };
}
