/** Bad answers in a row, with no good one between, until an origin is ejected. */
const badAnswers = 5;

/** The first ejection's length, in ms; each further one is twice as long. */
const shortest = 10_000;

/** The longest ejection, in ms. */
const longest = 300_000;

/**
 * When an origin that accepts requests but answers them badly is left out, and for how long: after 5 bad answers in a row for
 * 10 s, then 20 s, 40 s … up to 5 min. Time in which it behaves shortens the next ejection again: by a step for each 10 s.
 * (Envoy's outlier detection, with exponential instead of linear growth.)
 */
export class Ejections {
  #badAnswers = 0;
  #steps = 0;
  #endedAt = 0;

  /** Whether there were bad answers that a good one would make up for. */
  get isDoubted(): boolean {
    return this.#badAnswers > 0;
  }

  /** Takes in a good answer. */
  good(): void {
    this.#badAnswers = 0;
  }

  /** Takes in a bad answer; true if the origin should be ejected now. */
  bad(): boolean {
    this.#badAnswers += 1;
    return this.#badAnswers >= badAnswers;
  }

  /** Begins an ejection at `now`, and says how long it lasts; both in ms. */
  begin(now: number): number {
    const behaved = Math.floor((now - this.#endedAt) / shortest);
    const steps = Math.max(0, this.#steps - behaved);
    const length = Math.min(longest, shortest * 2 ** steps);
    this.#badAnswers = 0;
    this.#steps = length < longest ? steps + 1 : steps;
    this.#endedAt = now + length;
    return length;
  }
}
