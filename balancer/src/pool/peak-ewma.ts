/** The time constant of the decay, in ms: what Finagle, Linkerd and Envoy use. */
const tau = 10_000;

/**
 * A latency that believes bad news at once and good news slowly: a longer round trip replaces the average, a shorter one is
 * averaged in, the more the longer ago the last one was. Without news it decays towards 0, so that an origin which was slow
 * once and has been left alone since is tried again. Source: Finagle's PeakEwma.
 */
export class PeakEwma {
  #value = 0;
  #at = 0;

  /** Takes in a round trip that took `rttMs` and ended at `now`, both in ms. */
  observe(rttMs: number, now: number): void {
    const kept = this.#kept(now);
    this.#value = rttMs > this.#value ? rttMs : rttMs * (1 - kept) + this.#value * kept;
    this.#at = now;
  }

  /** The average in ms, decayed to `now`; 0 before the first round trip. Reading changes nothing. */
  read(now: number): number {
    return this.#value * this.#kept(now);
  }

  #kept(now: number): number {
    return Math.exp(-Math.max(0, now - this.#at) / tau);
  }
}
