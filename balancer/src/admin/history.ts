import { buckets, quantile } from '../brain/pool/histogram.ts';
import type { Member } from '../brain/pool/member.ts';
import type { OutcomeName, TallySum } from '../brain/pool/tally.ts';
import type { Recent, Second } from './api.ts';
import { originsIn, type ShownOrigin, type ShownPool } from './shown-pool.ts';

/** Seconds that are remembered: five minutes. */
const mostSeconds = 300;

/** Seconds that "recent" is about. */
const recentSeconds = 10;

/** What counts as an error of an origin. */
const errors: readonly OutcomeName[] = ['5xx', 'connectErrors', 'timeouts', 'broken'];

/** What was counted up to a moment. */
interface Sample {
  /** ms on the pools' clock. */
  readonly at: number;
  readonly sum: TallySum;
}

/**
 * What the ledgers' counters were, second by second: they only ever grow, and what happened in a while is the difference of two
 * samples. Taking one costs a few microseconds for each origin.
 */
export class History {
  readonly #pools: () => readonly ShownPool[];
  readonly #now: () => number;
  /** The latest samples of each origin that is there, oldest first. */
  #samples = new Map<Member, Sample[]>();
  readonly #seconds: Second[] = [];

  /** `now` tells the time in ms on the pools' clock. */
  constructor(pools: () => readonly ShownPool[], now: () => number) {
    this.#pools = pools;
    this.#now = now;
    this.sample();
  }

  /** The last minutes, oldest first. */
  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  /** Takes a sample of every origin; to be called once a second. Returns what happened since the one before. */
  sample(): Second {
    const samples = new Map<Member, Sample[]>();
    const pools = this.#pools();
    const second = new Differences(this.#now(), pools.length > 1);
    for (const origin of originsIn(pools)) {
      const { member } = origin;
      const before = this.#samples.get(member) ?? [];
      const sample = this.#sampleOf(origin);
      second.add(origin, before.at(-1)?.sum, sample.sum);
      samples.set(member, [...before, sample].slice(-recentSeconds));
    }
    this.#samples = samples;
    const summed = second.summed();
    this.#seconds.push(summed);
    if (this.#seconds.length > mostSeconds) this.#seconds.shift();
    return summed;
  }

  /** What happened at an origin in the last ten seconds, or since it is there. */
  recentOf(origin: ShownOrigin): Recent {
    const now = this.#sampleOf(origin);
    const before = this.#samples.get(origin.member)?.[0] ?? now;
    const seconds = (now.at - before.at) / 1000;
    const counts = new Float64Array(buckets);
    addDifference(counts, before.sum.histogram, now.sum.histogram);
    const n = total(counts);
    const picks = total(now.sum.picks) - total(before.sum.picks);
    const at = (q: number) => quantile(counts, q) ?? null;
    return { seconds, n, perSecond: seconds > 0 ? picks / seconds : 0, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  #sampleOf({ in: { ledger }, member }: ShownOrigin): Sample {
    return { at: this.#now(), sum: ledger.sumIn(member.slot) };
  }
}

/** One second's worth of differences. */
class Differences {
  readonly #at: number;
  readonly #counts = new Float64Array(buckets);
  /** By the pools' names, where there are several. */
  readonly #countsIn: Map<string, Float64Array> | undefined;
  readonly #attempts: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};

  constructor(at: number, isOfSeveral: boolean) {
    this.#at = at;
    this.#countsIn = isOfSeveral ? new Map() : undefined;
  }

  /** Takes in what has happened at an origin; one that is new has no sample before, and did nothing yet. */
  add({ in: pool, member }: ShownOrigin, before: TallySum | undefined, now: TallySum): void {
    const outcomes = (names: readonly OutcomeName[]) =>
      names.reduce((sum, name) => sum + now.outcomes[name] - (before ?? now).outcomes[name], 0);
    const id = pool.calls(member.origin.id);
    this.#attempts[id] = outcomes(Object.keys(now.outcomes) as OutcomeName[]);
    this.#errors[id] = outcomes(errors);
    for (const counts of this.#countsOf(pool.name)) addDifference(counts, before?.histogram ?? now.histogram, now.histogram);
  }

  summed(): Second {
    const pools = this.#countsIn && { pools: Object.fromEntries([...this.#countsIn].map(([name, counts]) => [name, timesIn(counts)])) };
    return { at: this.#at, ...timesIn(this.#counts), attempts: this.#attempts, errors: this.#errors, ...pools };
  }

  /** Where it is counted what happened in a pool. */
  #countsOf(pool: string): readonly Float64Array[] {
    if (!this.#countsIn) return [this.#counts];
    const own = this.#countsIn.get(pool) ?? new Float64Array(buckets);
    this.#countsIn.set(pool, own);
    return [this.#counts, own];
  }
}

function timesIn(counts: Float64Array): Pick<Second, 'p50' | 'p99'> {
  return { p50: quantile(counts, 0.5) ?? null, p99: quantile(counts, 0.99) ?? null };
}

/** Adds what has been counted between two samples. A plain loop: with thousands of origins this is most of a sample's cost. */
function addDifference(counts: Float64Array, before: Float64Array, now: Float64Array): void {
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    counts[bucket] = (counts[bucket] ?? 0) + (now[bucket] ?? 0) - (before[bucket] ?? 0);
  }
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) sum += counts[i] ?? 0;
  return sum;
}
