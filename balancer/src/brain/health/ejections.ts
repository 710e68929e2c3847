/** The first ejection's length, in ms; each further one is twice as long. */
const shortest = 10_000;

/** The longest ejection, in ms. */
const longest = 300_000;

/**
 * For how long an origin that accepts requests but answers them badly is left out: 10 s, then 20 s, 40 s … up to 5 min. Time in which
 * it behaves shortens the next ejection again: by a step for each 10 s. (Envoy's outlier detection, with exponential instead of linear
 * growth.)
 */
export class Ejections {
  #steps = 0;
  #endedAt = 0;

  /** Begins an ejection at `now`, and says how long it lasts; both in ms. */
  begin(now: number): number {
    const behaved = Math.floor((now - this.#endedAt) / shortest);
    const steps = Math.max(0, this.#steps - behaved);
    const length = Math.min(longest, shortest * 2 ** steps);
    this.#steps = length < longest ? steps + 1 : steps;
    this.#endedAt = now + length;
    return length;
  }

  /** The ejection that was begun last has ended at `now` already. */
  cutShort(now: number): void {
    this.#endedAt = Math.min(this.#endedAt, now);
  }
}
