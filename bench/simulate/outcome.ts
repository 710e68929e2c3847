import { quantileOf } from '../../balancer/src/simulate/quantile.ts';
import type { Run, Scenario } from './run.ts';

/** What one policy came to, over all its runs. */
export interface Outcome {
  readonly policy: string;
  /** Latency in ms that 50, 99 and 99.9 % of the requests didn't exceed; a failed request counts with the timeout. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** The part of the requests that the slowest origin got. */
  readonly slowestShare: number;
  /** The part of the requests that failed. */
  readonly failed: number;
  /** The origin that was sent most for what it can do, by its place in the list, and how much: above 1, more than it can do. */
  readonly busiest: number;
  readonly use: number;
}

/** Folds the runs of one policy into one outcome. */
export function outcomeOf(policy: string, runs: readonly Run[], { origins, seconds }: Scenario): Outcome {
  const latencies = Float64Array.from(runs.flatMap(({ latencies }) => latencies)).sort();
  const taken = origins.map((_origin, index) => sumOf(runs.map((run) => run.taken[index] ?? 0)));
  const uses = origins.map(({ pace, workers }, index) => ((taken[index] ?? 0) * pace) / (seconds * 1000 * workers * runs.length));
  const use = Math.max(...uses);
  return {
    policy,
    p50: quantileOf(latencies, 0.5),
    p99: quantileOf(latencies, 0.99),
    p999: quantileOf(latencies, 0.999),
    slowestShare: (taken[slowestOf(origins)] ?? 0) / sumOf(taken),
    failed: sumOf(runs.map(({ failed }) => failed)) / latencies.length,
    busiest: uses.indexOf(use),
    use,
  };
}

/** The place in the list of the slowest origin; of several, the last. */
export function slowestOf(origins: readonly { readonly pace: number }[]): number {
  const paces = origins.map(({ pace }) => pace);
  return paces.lastIndexOf(Math.max(...paces));
}

function sumOf(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}
