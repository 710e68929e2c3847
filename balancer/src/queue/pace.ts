/** The shortest time that a rate is averaged over, in ms. */
const shortest = 10_000;

/**
 * Watches how fast a client sends its body. It has credit in time: as much as it may be silent, or 10 s. Each byte earns
 * the time that it may take at the lowest rate, so that the rate counts as an average over that long, and a client that begins late
 * or pauses once loses nothing. No timer is needed: who earns too little is found out by its next bytes, and silence is timed
 * anyway. (Apache's mod_reqtimeout and Kestrel's MinRequestBodyDataRate limit the rate for the same reason.)
 */
export class Pace {
  /** The lowest rate, in bytes/s; 0 for none. */
  readonly rate: number;
  readonly #most: number;
  readonly #now: () => number;
  #credit: number;
  #seen: number;

  /** `patience` is the longest silence in ms, and `now` tells the time in ms on a monotonic clock. */
  constructor(rate: number, patience: number, now: () => number) {
    this.rate = rate;
    this.#most = Math.max(patience, shortest);
    this.#now = now;
    this.#credit = this.#most;
    this.#seen = rate === 0 ? 0 : now();
  }

  /** Counts bytes that came; says whether they came fast enough. */
  keeps(bytes: number): boolean {
    if (this.rate === 0) return true;
    const now = this.#now();
    const left = this.#credit - (now - this.#seen);
    this.#seen = now;
    this.#credit = Math.min(this.#most, left + (bytes / this.rate) * 1000);
    return left >= 0;
  }

  /** The client was not read from until now, which is not its fault. */
  goOn(): void {
    if (this.rate !== 0) this.#seen = this.#now();
  }
}
