import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a full pipe is left alone before the next try, in ms. */
const patience = 5;

/** Bytes that wait for a slow reader; lines on top of that are lost. */
const mostWaiting = 8 * 1024 * 1024;

/** What a waiting line takes up beside its text, about, in bytes. */
const perLine = 64;

/** The system writes this many bytes to a pipe whole or not at all, so that threads don't write into each other's lines. */
const wholeUpTo = 4096;

/** What is done about lines that are lost. */
export interface Loss {
  /** Counts them. */
  count(lines: number): void;
  /** The line, with its newline, that says how many were lost. */
  inWords(lines: number): string;
}

/**
 * Writes lines to a file descriptor that other threads write to as well. Node makes a standard output that is a pipe take what
 * fits and refuse the rest with EAGAIN; what a slow reader has no room for is then kept, in order and up to a limit, until it has.
 * Beyond the limit whole lines are lost, until half of what waited is written; one line in their place then says how many.
 */
export class Writer {
  readonly #fd: number;
  readonly #loss: Loss;
  /** Lines that are not written yet. */
  readonly #kept: string[] = [];
  /** What is to be written next. */
  #next: Buffer = Buffer.alloc(0);

  /** Lines in it. */
  #nextLines = 0;
  /** Bytes that `kept` takes up, about. */
  #waiting = 0;
  /** Lines lost since that was last said. */
  #lost = 0;

  constructor(fd: number, loss: Loss) {
    this.#fd = fd;
    this.#loss = loss;
  }

  readonly write = (line: string): void => {
    const isWaiting = this.#isBehind;
    const size = sizeOf(line);
    // Once lines are lost, those that follow are too, until there is room for many: so that one line can stand for all of them.
    if (this.#lost > 0 || this.#waiting + size > mostWaiting) {
      this.#lost += 1;
      this.#loss.count(1);
    } else this.#keep(line, size);
    if (!isWaiting) this.#goOn();
  };

  /** Resolves when all is written, or after so many ms. */
  async flushed(most: number): Promise<void> {
    const end = performance.now() + most;
    while (this.#isBehind && performance.now() < end) await pause(patience);
  }

  get #isBehind(): boolean {
    return this.#next.length > 0 || this.#kept.length > 0 || this.#lost > 0;
  }

  #keep(line: string, size: number): void {
    this.#kept.push(line);
    this.#waiting += size;
  }

  /** Says what was lost, behind all that came before it. */
  #tellLoss(): void {
    if (this.#lost === 0 || this.#waiting > mostWaiting / 2) return;
    const line = this.#loss.inWords(this.#lost);
    this.#lost = 0;
    this.#keep(line, sizeOf(line));
  }

  /** Writes as much as there is room for; what is left then has its time later. */
  readonly #goOn = (): void => {
    while (this.#isBehind) {
      if (this.#next.length === 0) {
        this.#tellLoss();
        this.#next = this.#taken();
      }
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
    const lines = this.#kept.splice(0, end === -1 ? this.#kept.length : end);
    for (const line of lines) this.#waiting -= sizeOf(line);
    this.#nextLines = lines.length;
    return Buffer.from(lines.join(''));
  }

  #written(bytes: Buffer): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      // Nobody reads any more (EPIPE), or the disk is full: who is served must not notice.
      this.#loss.count(this.#nextLines);
      return bytes.length;
    }
  }
}

/** The bytes that a waiting line takes up, about. */
function sizeOf(line: string): number {
  return Buffer.byteLength(line) + perLine;
}
