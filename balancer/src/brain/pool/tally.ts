import { bucketOf, buckets } from './histogram.ts';

/** Policies that picks are counted by: the registry has fewer. */
const mostPolicies = 16;

/** What comes of attempts, and of exchanges, in the order of their cells. */
export const outcomes = ['1xx', '2xx', '3xx', '4xx', '5xx', 'connectErrors', 'timeouts', 'broken', 'clientLeft'] as const;

/** What came of an attempt: an answer, by its class; or why there was none. */
export type OutcomeName = (typeof outcomes)[number];

const classes: readonly OutcomeName[] = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** The class of a status, by which answers are counted. */
export function classOf(status: number): OutcomeName {
  return classes[Math.floor(status / 100) - 1] ?? '5xx';
}

/**
 * What one thread counts of one origin since the balancer started, a cell each. That thread alone writes, so that nothing need
 * be atomic; whoever reads adds up all threads' cells. One more such record counts whole exchanges.
 *
 * | cells | what | unit | written by |
 * | --- | --- | --- | --- |
 * | picks, 16 of them | picks by each policy, in the registry's order | picks | the thread |
 * | outcomes, 9 | ended attempts by what came of them; exchanges by what the client was told | attempts | the thread |
 * | retriesAway | attempts that failed here and were made again elsewhere | attempts | the thread |
 * | good, bad | answers that speak for the origin's health, or against it; in the record of whole exchanges, those of all origins | answers | the thread |
 * | ms | all times in the histogram, added up | ms | the thread |
 * | histogram, 169 | times to the first byte in each bucket; of exchanges, times to their end | attempts | the thread |
 */
const place = {
  picks: 0,
  outcomes: mostPolicies,
  retriesAway: mostPolicies + outcomes.length,
  good: mostPolicies + outcomes.length + 1,
  bad: mostPolicies + outcomes.length + 2,
  ms: mostPolicies + outcomes.length + 3,
  histogram: mostPolicies + outcomes.length + 4,
};

/** Cells of one such record. */
export const tallyCells = place.histogram + buckets;

const outcomeAt = Object.fromEntries(outcomes.map((name, index) => [name, place.outcomes + index])) as Record<OutcomeName, number>;

/** Where one thread counts what it does at one origin. */
export class Tally {
  readonly #cells: Float64Array;
  readonly #at: number;

  /** The record begins at that cell of the memory. */
  constructor(cells: Float64Array, at: number) {
    this.#cells = cells;
    this.#at = at;
  }

  /** Counts a pick by the policy of that number in the registry, from 0. */
  picked(policy: number): void {
    this.#add(place.picks + policy, 1);
  }

  ended(outcome: OutcomeName): void {
    this.#add(outcomeAt[outcome], 1);
  }

  /** Counts an attempt that failed and is made again elsewhere. */
  leftBehind(): void {
    this.#add(place.retriesAway, 1);
  }

  /** Counts an answer by what it says of the origin's health. */
  judged(answer: keyof Answers): void {
    this.#add(place[answer], 1);
  }

  /** Counts a time in ms. */
  took(ms: number): void {
    this.#add(place.ms, ms);
    this.#add(place.histogram + bucketOf(ms), 1);
  }

  #add(cell: number, amount: number): void {
    const at = this.#at + cell;
    this.#cells[at] = (this.#cells[at] ?? 0) + amount;
  }
}

/** How many answers spoke for an origin's health, and how many against it. */
export interface Answers {
  readonly good: number;
  readonly bad: number;
}

/** What all threads have counted. */
export interface TallySum {
  /** By the policies' numbers in the registry. */
  readonly picks: readonly number[];
  readonly outcomes: Readonly<Record<OutcomeName, number>>;
  readonly retriesAway: number;
  /** All times added up, in ms. */
  readonly ms: number;
  /** Times in each bucket of the histogram. */
  readonly histogram: Float64Array;
}

/** Adds up records that begin at the given cells. */
export function sumOf(cells: Float64Array, begins: readonly number[]): TallySum {
  const sum = new Float64Array(tallyCells);
  for (const begin of begins) for (let i = 0; i < tallyCells; i += 1) sum[i] = (sum[i] ?? 0) + (cells[begin + i] ?? 0);
  return {
    picks: [...sum.subarray(place.picks, place.picks + mostPolicies)],
    outcomes: Object.fromEntries(outcomes.map((name) => [name, sum[outcomeAt[name]] ?? 0])) as Record<OutcomeName, number>,
    retriesAway: sum[place.retriesAway] ?? 0,
    ms: sum[place.ms] ?? 0,
    histogram: sum.subarray(place.histogram),
  };
}

/** Adds up the picks only, of records that begin at the given cells. */
export function picksOf(cells: Float64Array, begins: readonly number[]): number {
  let picks = 0;
  for (const begin of begins) for (let i = 0; i < mostPolicies; i += 1) picks += cells[begin + place.picks + i] ?? 0;
  return picks;
}

/** Adds up the answers only, of records that begin at the given cells. */
export function answersOf(cells: Float64Array, begins: readonly number[]): Answers {
  const sum = (cell: number) => begins.reduce((total, begin) => total + (cells[begin + cell] ?? 0), 0);
  return { good: sum(place.good), bad: sum(place.bad) };
}
