/** The longest wait for a return, in ms. */
const longest = 300_000;

/** Time in which it behaves that takes a step off the next wait, in ms. */
const forgiven = 10_000;

/**
 * How long an origin stays out that requests put down, whatever weaker probes say: the first time not at all, then for the interval
 * between probes, twice that, and so on up to 5 min. Each 10 s in which it behaves shorten the next wait by a step.
 */
export class Relapses {
  #steps = 0;
  #until = Number.NEGATIVE_INFINITY;
  #soonest = Number.NEGATIVE_INFINITY;

  /** Takes in that requests put it down at `now`; says how long it stays out at least. All in ms. */
  fell(now: number, interval: number): number {
    const behaved = Math.max(0, Math.floor((now - this.#until) / forgiven));
    const steps = Math.max(0, this.#steps - behaved);
    const wait = steps === 0 ? 0 : Math.min(longest, interval * 2 ** (steps - 1));
    this.#steps = wait < longest ? steps + 1 : steps;
    this.#until = now + wait;
    this.#soonest = now + Math.min(wait, interval);
    return wait;
  }

  /** Whether a good probe may bring it back at `now`. Where it is needed, an interval is enough. */
  mayReturn(now: number, isNeeded: boolean): boolean {
    return now >= (isNeeded ? this.#soonest : this.#until);
  }
}
