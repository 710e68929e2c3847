import type { Checks } from '../checks.ts';
import type { Sample } from './clients.ts';
import { failuresIn, isFailure } from './tally.ts';

/** What a scenario gets to work with. */
export interface Stage {
  readonly checks: Checks;
  /** Whether it should be brief: the same faults, for a shorter time. */
  readonly short: boolean;
}

/** What one run of a scenario came to: a row of the table in docs/faults.md. */
export interface Row {
  readonly requests: number;
  /** The failures that clients saw, in words. */
  readonly failures: string;
  /** What else there is to say: latency, recovery. */
  readonly notes: string;
}

/** One fault, and what must hold while it goes on. */
export interface Scenario {
  readonly name: string;
  /** What is done, for the table. */
  readonly title: string;
  /** Runs it on a lab of its own; each mark is a check. */
  run(stage: Stage): Promise<Row>;
}

/** Checks that clients saw no failure, and makes the row of it. */
export function nothingLost({ checks }: Stage, samples: readonly Sample[], notes: string): Row {
  const failures = failuresIn(samples);
  checks.hold('clients saw no failure', samples.length > 0 && !samples.some(isFailure), `${failures} of ${samples.length}`);
  return { requests: samples.length, failures, notes };
}

/** A duration in ms, in words. */
export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;
}
