// You are here: 15 of 23 in docs/reading.md. Next: brain/select/round-robin.ts.

import type { Candidate } from './candidate.ts';
import type { Origin } from './origin.ts';

/** Why a policy picked as it did: figures as they were then, which no later pick changes, so that they can be kept. */
export interface Facts {
  /** The facts in words. They are made only when somebody asks, since most picks are never looked at. */
  explain(): string;
}

/** What a policy decided, and the facts behind it. */
export interface Pick {
  readonly candidate: Candidate;
  readonly facts: Facts;
}

/** One rule for choosing an origin. It is given ready candidates only (at least one) and never looks at health. */
export interface SelectionPolicy {
  /** Picks one of the candidates. While a list is the same one, so are its members, their order and their weights. */
  select(candidates: readonly Candidate[], request: { readonly key: string }): Pick;
  /**
   * Readies what the policy needs for these candidates. Whoever changes the list may call it, so that no request waits for
   * it; a policy that was not asked does it in `select`.
   */
  prepare?(candidates: readonly Candidate[]): void;
  /**
   * Does what a pick left to be done and nobody has to wait for, such as asking origins for their load. To be called after `select`
   * by whoever called it, once other threads may pick again; it doesn't throw.
   */
  afterPick?(): void;
}

/** What an origin says of its load. */
export interface Load {
  /** Requests that it is working on, or has waiting. */
  readonly inFlight: number;
  /** How long it lately took to answer with about as many in flight, in ms; 0 where there is no history. */
  readonly latencyMs: number;
}

/** What is remembered of an origin between its turns. */
export interface Turns {
  /** The number of its last turn; 0 before the first. */
  last: number;
  /** Its credit in the smooth rotation: grows by its weight with each pick, falls by all weights when it is picked. */
  credit: number;
}

/** Where turns are counted, so that several threads can take them together. */
export interface TurnBook {
  /** Counts a turn; returns its number. */
  next(): number;
  /** What is kept of an origin. */
  of(origin: Origin): Turns;
}

/** What a policy may use besides its candidates. */
export interface PolicyEnv {
  /** Random numbers in [0, 1). */
  readonly random: () => number;
  /** ms on a monotonic clock. */
  readonly now: () => number;
  /** Turns that others take too; a policy counts its own where it is missing. */
  readonly turns?: TurnBook;
  /**
   * Asks an origin for its load, and tells it once, or nothing where the origin doesn't say; it doesn't throw. Where it is missing,
   * the balancer's own figures must do.
   */
  readonly probe?: (origin: Origin, told: (load: Load | undefined) => void) => void;
}

/** Makes a policy with state of its own. Randomness and time are handed in, so that tests are exact. */
export type PolicyFactory = (env: PolicyEnv) => SelectionPolicy;
