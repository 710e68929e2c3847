import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a full pipe is left alone before the next try, in ms. */
const patience = 5;

/** Lines that are kept for a slow reader; what comes on top is lost. */
const mostKept = 100_000;

/** The system writes this many bytes to a pipe whole or not at all, so that threads don't write into each other's lines. */
const wholeUpTo = 4096;

/**
 * Writes lines to a file descriptor that other threads write to as well. Node makes a standard output that is a pipe take what
 * fits and refuse the rest with EAGAIN; what a slow reader has no room for is then kept, in order and up to a limit, until it has.
 */
export class Writer {
  readonly #fd: number;
  /** Lines that are not written yet. */
  readonly #kept: string[] = [];
  /** What is to be written next. */
  #next: Buffer = Buffer.alloc(0);

  constructor(fd: number) {
    this.#fd = fd;
  }

  readonly write = (line: string): void => {
    const isWaiting = this.#isBehind;
    if (this.#kept.length < mostKept) this.#kept.push(line);
    if (!isWaiting) this.#goOn();
  };

  /** Resolves when all is written, or after so many ms. */
  async flushed(most: number): Promise<void> {
    const end = performance.now() + most;
    while (this.#isBehind && performance.now() < end) await pause(patience);
  }

  get #isBehind(): boolean {
    return this.#next.length > 0 || this.#kept.length > 0;
  }

  /** Writes as much as there is room for; what is left then has its time later. */
  readonly #goOn = (): void => {
    while (this.#isBehind) {
      if (this.#next.length === 0) this.#next = this.#taken();
      const count = this.#written(this.#next);
      this.#next = this.#next.subarray(count);
      if (count > 0) continue;
      setTimeout(this.#goOn, patience);
      return;
    }
  };

  /** The next lines, together no longer than can be written whole, if the first of them isn't. */
  #taken(): Buffer {
    let length = 0;
    const end = this.#kept.findIndex((line, index) => {
      length += Buffer.byteLength(line);
      return index > 0 && length > wholeUpTo;
    });
    return Buffer.from(this.#kept.splice(0, end === -1 ? this.#kept.length : end).join(''));
  }

  #written(bytes: Buffer): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      // Nobody reads any more (EPIPE), or the disk is full: who is served must not notice.
      return bytes.length;
    }
  }
}
