import type { Lesson } from '../../balancer/src/simulate/lessons.ts';
import { quantileOf } from '../../balancer/src/simulate/quantile.ts';
import type { Scenario } from '../../balancer/src/simulate/scenario.ts';
import { play } from './run.ts';
import { aligned, percent } from './words.ts';

/** What one world of a lesson came to. */
export interface LessonOutcome {
  /** Latency in ms that 50 and 99 % of the answered requests didn't exceed. */
  readonly p50: number;
  readonly p99: number;
  /** The part of the requests whose clients got no answer, or a 5xx. */
  readonly failed: number;
  /** Attempts for each request. */
  readonly attempts: number;
  /** The part of the attempts that the last origin got. */
  readonly lastShare: number;
}

/** Plays one world. */
export function outcomeIn(world: Scenario, seed: number): LessonOutcome {
  const { latencies, failed, taken } = play(world, seed);
  const sorted = Float64Array.from(latencies).sort();
  const requests = latencies.length + failed;
  const attempts = taken.reduce((sum, count) => sum + count, 0);
  return {
    ...{ p50: quantileOf(sorted, 0.5), p99: quantileOf(sorted, 0.99), failed: failed / requests },
    ...{ attempts: attempts / requests, lastShare: (taken.at(-1) ?? 0) / attempts },
  };
}

/** Plays all worlds of a lesson, and says what they came to: the question, and a row for each. */
export function lessonInWords({ question, worlds }: Lesson, seed: number): string[] {
  const [one] = Object.values(worlds);
  const rows = Object.entries(worlds).map(([name, world]) => {
    const { p50, p99, failed, attempts, lastShare } = outcomeIn(world, seed);
    return [name, p50.toFixed(1), p99.toFixed(1), percent(failed, 2), attempts.toFixed(3), percent(lastShare, 1)];
  });
  const heads = ['', 'p50 ms', 'p99 ms', 'failed', 'attempts', `to origin-${one?.origins.length}`];
  return [question, '', ...aligned([heads, ...rows])];
}
