import { buckets, quantile } from '../brain/pool/histogram.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Member } from '../brain/pool/member.ts';
import type { Pool } from '../brain/pool/pool.ts';
import type { OutcomeName, TallySum } from '../brain/pool/tally.ts';
import type { Recent, Second } from './api.ts';

/** Seconds that are remembered: five minutes. */
const mostSeconds = 300;

/** Seconds that "recent" is about. */
const recentSeconds = 10;

/** What counts as an error of an origin. */
const errors: readonly OutcomeName[] = ['5xx', 'connectErrors', 'timeouts', 'broken'];

/** What was counted up to a moment. */
interface Sample {
  /** ms on the pool's clock. */
  readonly at: number;
  readonly sum: TallySum;
}

/**
 * What the ledger's counters were, second by second: they only ever grow, and what happened in a while is the difference of two
 * samples. Taking one costs a few microseconds for each origin.
 */
export class History {
  readonly #pool: Pool;
  readonly #ledger: Ledger;
  /** The latest samples of each origin that is there, oldest first. */
  #samples = new Map<Member, Sample[]>();
  readonly #seconds: Second[] = [];

  constructor(pool: Pool, ledger: Ledger) {
    this.#pool = pool;
    this.#ledger = ledger;
    this.sample();
  }

  /** The last minutes, oldest first. */
  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  /** Takes a sample of every origin; to be called once a second. Returns what happened since the one before. */
  sample(): Second {
    const samples = new Map<Member, Sample[]>();
    const second = new Differences(this.#pool.now());
    for (const member of this.#pool.roster.members) {
      const before = this.#samples.get(member) ?? [];
      const sample = this.#sampleOf(member);
      second.add(member.origin.id, before.at(-1)?.sum, sample.sum);
      samples.set(member, [...before, sample].slice(-recentSeconds));
    }
    this.#samples = samples;
    const summed = second.summed();
    this.#seconds.push(summed);
    if (this.#seconds.length > mostSeconds) this.#seconds.shift();
    return summed;
  }

  /** What happened at an origin in the last ten seconds, or since it is there. */
  recentOf(member: Member): Recent {
    const now = this.#sampleOf(member);
    const before = this.#samples.get(member)?.[0] ?? now;
    const seconds = (now.at - before.at) / 1000;
    const counts = new Float64Array(buckets);
    addDifference(counts, before.sum.histogram, now.sum.histogram);
    const n = total(counts);
    const picks = total(now.sum.picks) - total(before.sum.picks);
    const at = (q: number) => quantile(counts, q) ?? null;
    return { seconds, n, perSecond: seconds > 0 ? picks / seconds : 0, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  #sampleOf({ slot }: Member): Sample {
    return { at: this.#pool.now(), sum: this.#ledger.sumIn(slot) };
  }
}

/** One second's worth of differences. */
class Differences {
  readonly #at: number;
  readonly #counts = new Float64Array(buckets);
  readonly #attempts: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};

  constructor(at: number) {
    this.#at = at;
  }

  /** Takes in what has happened at an origin; one that is new has no sample before, and did nothing yet. */
  add(id: string, before: TallySum | undefined, now: TallySum): void {
    const outcomes = (names: readonly OutcomeName[]) =>
      names.reduce((sum, name) => sum + now.outcomes[name] - (before ?? now).outcomes[name], 0);
    this.#attempts[id] = outcomes(Object.keys(now.outcomes) as OutcomeName[]);
    this.#errors[id] = outcomes(errors);
    addDifference(this.#counts, before?.histogram ?? now.histogram, now.histogram);
  }

  summed(): Second {
    const at = (q: number) => quantile(this.#counts, q) ?? null;
    return { at: this.#at, p50: at(0.5), p99: at(0.99), attempts: this.#attempts, errors: this.#errors };
  }
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
