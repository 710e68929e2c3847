import type { Origin } from './origin.ts';

/** An origin that may take a request now, with the figures that a policy may weigh. */
export interface Candidate {
  readonly origin: Origin;
  /** The share of requests that it should get now, relative to the other candidates' weights; less while it warms up. */
  readonly weight: number;
  /** Attempts under way at this origin, counted by leases; open tunnels are among them. */
  readonly inFlight: number;
  /** How long it lately took to answer, in ms: a peak EWMA, decayed to now; 0 where there is no history. */
  readonly latencyMs: number;
}
