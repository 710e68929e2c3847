/** How much of the average the newest figure is. */
const part = 0.1;

/** The latencies that an origin lately had with so many requests in flight: what it tells a balancer that probes it. */
export class LatencyByLoad {
  readonly #averages: (number | undefined)[] = [];

  /** Takes in that a request which found so many others in flight took so many ms. */
  observe(inFlight: number, ms: number): void {
    const average = this.#averages[inFlight];
    this.#averages[inFlight] = average === undefined ? ms : average + part * (ms - average);
  }

  /** The average in ms with so many in flight, or with the next fewer that is known; 0 where nothing is. */
  at(inFlight: number): number {
    for (let count = Math.min(inFlight, this.#averages.length - 1); count >= 0; count -= 1) {
      const average = this.#averages[count];
      if (average !== undefined) return average;
    }
    return 0;
  }
}
