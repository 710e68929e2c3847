/** One exchange that shows what a bucket of a histogram is made of. */
export interface Exemplar {
  /** From its arrival to the end of its answer, in ms. */
  readonly ms: number;
  /** When that was, in ms since the epoch. */
  readonly at: number;
  /** Where its trace is found. */
  readonly traceId: string;
  /** Where its decision is. */
  readonly id: string;
}

/** How many buckets have one, each twice as long as the one before: up to 1 ms, 2, 4 … 65,536, and all beyond. */
export const exemplarBuckets = 18;

/** The bucket, from 0, that a duration in ms is counted in first. */
export function exemplarBucketOf(ms: number): number {
  if (ms < 1) return 0;
  return Math.min(exemplarBuckets - 1, 32 - Math.clz32(Math.floor(Math.min(ms, 2 ** 30))));
}

/** The latest example of each bucket, of one thread: the slowest are few, and must not be pushed out by the many. */
export class ExemplarBook {
  readonly #latest: (Exemplar | undefined)[] = new Array(exemplarBuckets).fill(undefined);

  note(exemplar: Exemplar): void {
    this.#latest[exemplarBucketOf(exemplar.ms)] = exemplar;
  }

  all(): Exemplar[] {
    return this.#latest.filter((exemplar) => exemplar !== undefined);
  }
}

/** Of the examples of several threads, the latest of each bucket, by its number. */
export function latestExemplars(exemplars: readonly Exemplar[]): ReadonlyMap<number, Exemplar> {
  const latest = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    const bucket = exemplarBucketOf(exemplar.ms);
    if (exemplar.at > (latest.get(bucket)?.at ?? Number.NEGATIVE_INFINITY)) latest.set(bucket, exemplar);
  }
  return latest;
}
