import type { Candidate } from '../pool/pool.ts';

/** What a policy decided. A policy may add the facts behind its pick. */
export interface Pick {
  readonly candidate: Candidate;
}

/** One rule for choosing an origin. It is given ready candidates only (at least one) and never looks at health. */
export interface SelectionPolicy {
  select(candidates: readonly Candidate[], request: { readonly key: string }): Pick;
}

/** Makes a policy with state of its own. Randomness in [0, 1) and time in ms are handed in, so that tests are exact. */
export type PolicyFactory = (env: { random: () => number; now: () => number }) => SelectionPolicy;
