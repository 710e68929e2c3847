/** The time constant of the decay, in ms: what Finagle, Linkerd and Envoy use. */
const tau = 10_000;

/** Where an average is kept: its value in ms, and when that was taken, in ms. */
export interface LatencyCells {
  latency: number;
  latencyAt: number;
}

/**
 * A latency that believes bad news at once and good news slowly: a longer round trip replaces the average, a shorter one is
 * averaged in, the more the longer ago the last one was. Without news it decays towards 0, so that an origin which was slow
 * once and has been left alone since is tried again. Source: Finagle's PeakEwma.
 */
export class PeakEwma {
  readonly #cells: LatencyCells;

  /** The average is kept in the given cells, which may be shared memory. */
  constructor(cells: LatencyCells = { latency: 0, latencyAt: 0 }) {
    this.#cells = cells;
  }

  /** Takes in a round trip that took `rttMs` and ended at `now`, both in ms. */
  observe(rttMs: number, now: number): void {
    const kept = this.#kept(now);
    const { latency } = this.#cells;
    this.#cells.latency = rttMs > latency ? rttMs : rttMs * (1 - kept) + latency * kept;
    this.#cells.latencyAt = now;
  }

  /** The average in ms, decayed to `now`; 0 before the first round trip. Reading changes nothing. */
  read(now: number): number {
    return decayed(this.#cells.latency, now - this.#cells.latencyAt);
  }

  #kept(now: number): number {
    return decayed(1, now - this.#cells.latencyAt);
  }
}

/** What is left of an average after so many ms without news. */
export function decayed(average: number, ms: number): number {
  return average * Math.exp(-Math.max(0, ms) / tau);
}
