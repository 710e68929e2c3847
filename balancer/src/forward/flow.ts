import type { Duplex } from 'node:stream';
import { FrameBoundary } from './frames.ts';

/** How long either side may take to close after it was told to, in ms. */
export const lingering = 1000;

/** One direction of a WebSocket. Either side's end or failure becomes the other's. */
export class Flow {
  /** Resolves when the side that sends is closed; never rejects. */
  readonly closed: Promise<void>;
  readonly #to: Duplex;
  readonly #boundary = new FrameBoundary();
  #came = 0;
  #cameBefore = -1;
  #takenBefore = -1;
  #cameAt = 0;
  #takenAt = 0;

  constructor(from: Duplex, to: Duplex) {
    this.#to = to;
    from.on('data', (chunk: Buffer) => {
      this.#came += chunk.length;
      this.#boundary.pass(chunk);
    });
    from.pipe(to);
    from.on('error', () => {});
    // Who was told the end and doesn't close is not waited for, whether the other closed its connection or only its half of it.
    const over = () => {
      if (to.writable) to.end();
      setTimeout(() => {
        from.destroy();
        to.destroy();
      }, lingering).unref();
    };
    // It may have ended, or be closed, before it was joined: then it never says so again.
    if (from.readableEnded) over();
    else from.once('end', over);
    this.closed = new Promise((resolve) => {
      const close = () => {
        over();
        resolve();
      };
      if (from.closed) close();
      else from.once('close', close);
    });
  }

  get isBetweenFrames(): boolean {
    return this.#boundary.isBetweenFrames;
  }

  /** The latest look, by its clock, that found that something had come. */
  get cameAt(): number {
    return this.#cameAt;
  }

  /** The latest look that found that the receiving side had taken something, or that nothing waited for it. */
  get takenAt(): number {
    return this.#takenAt;
  }

  /** Notes what has moved since the last look, which costs less than a look at the clock with each piece. */
  look(now: number): void {
    const waiting = this.#to.writableLength;
    const taken = this.#came - waiting;
    if (this.#came !== this.#cameBefore) this.#cameAt = now;
    if (waiting === 0 || taken !== this.#takenBefore) this.#takenAt = now;
    this.#cameBefore = this.#came;
    this.#takenBefore = taken;
  }
}
