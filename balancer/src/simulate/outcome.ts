/** What a world has come to, as of now or at its end: plain figures. */
export interface Outcome {
  /** Requests that came, and those whose clients got an answer below 500. */
  readonly requests: number;
  readonly answered: number;
  /** Those whose clients got a 5xx, or no whole answer, or left. */
  readonly failed: number;
  /** Latency of the answered in ms, that 50, 90, 99 and 99.9 % of them didn't exceed, on average and at most; NaN where none was. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly mean: number;
  readonly most: number;
  /** Attempts that each origin got, by its number, and those that failed there. */
  readonly taken: readonly number[];
  readonly failedAt: readonly number[];
  /** What each origin did at the most at a time: requests there, working and queued. */
  readonly busiest: readonly number[];
  /** Attempts per request: 1 where none was tried again. Repeats of clients are requests of their own. */
  readonly attemptsPerRequest: number;
  /** All attempts together, for each request that clients meant: with the repeats of clients and of the balancer. */
  readonly amplification: number;
  /** How it went over time, in equal parts of the scenario (at most 240). */
  readonly parts: readonly Part[];
}

/** One of the equal parts of time. */
export interface Part {
  /** When it begins, in ms. */
  readonly at: number;
  readonly answered: number;
  readonly failed: number;
  /** Of what was answered in it, in ms; null where nothing was. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Attempts that each origin got in it. */
  readonly taken: readonly number[];
  /** Requests at each origin, working and queued, at its end. */
  readonly inside: readonly number[];
}
