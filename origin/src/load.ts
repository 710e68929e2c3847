/** What an origin says of its load. */
export interface Load {
  /** Requests that it is working on. */
  readonly inFlight: number;
  /** The median of how long requests lately took that came when about as many were in flight, in ms; 0 before the first. */
  readonly latencyMs: number;
}

/** Latencies that are remembered for each number in flight. */
const kept = 16;

/** Numbers in flight above this one are not told apart. */
const most = 255;

/** Measures the load of a server: how many requests it works on, and how long such a request takes with so many. */
export class LoadMeter {
  readonly #now: () => number;
  /** The latest latencies in ms, by how many requests were in flight when the request came, itself included. */
  readonly #latencies: readonly number[][] = Array.from({ length: most + 1 }, () => []);
  #inFlight = 0;

  /** `now` tells the time in ms on a monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts a request in; the returned function, to be called once, counts it out. */
  begin(): () => void {
    this.#inFlight += 1;
    const inFlight = Math.min(this.#inFlight, most);
    const begun = this.#now();
    return () => {
      this.#inFlight -= 1;
      const latencies = this.#latencies[inFlight] ?? [];
      latencies.push(this.#now() - begun);
      if (latencies.length > kept) latencies.shift();
    };
  }

  /** The load as of now. */
  read(): Load {
    return { inFlight: this.#inFlight, latencyMs: median(this.#latenciesNear(Math.min(this.#inFlight + 1, most))) };
  }

  /** The latencies for a number in flight, or for the nearest one that there are any for. */
  #latenciesNear(inFlight: number): readonly number[] {
    for (let distance = 0; distance <= most; distance++) {
      for (const near of [inFlight - distance, inFlight + distance]) {
        const found = this.#latencies[near] ?? [];
        if (found.length > 0) return found;
      }
    }
    return [];
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
