/** Buckets for each doubling: a bucket is at most an eighth as wide as its values are large. */
const perDoubling = 8;

/** Units in a millisecond: the finest bucket is one unit wide. */
const unitsPerMs = 64;

/** Doublings of a millisecond until everything is alike: 2^17 ms, more than two minutes. */
const doublings = 17;

/** How many buckets there are; the last one has no upper end. */
export const buckets = (Math.log2(unitsPerMs) + doublings - Math.log2(perDoubling) + 1) * perDoubling + 1;

/**
 * The bucket of a duration in ms. Buckets are as in HDR histograms: alike up to 8 units of 1/64 ms, and then eight to each
 * doubling, so that a value is known to an eighth whatever its size, and counts of several threads are merged by adding. Every
 * 2^n ms is the beginning of a bucket. Source: Gil Tene, HdrHistogram.
 */
export function bucketOf(ms: number): number {
  const units = Math.min(Math.floor(Math.max(0, ms) * unitsPerMs), 2 ** 30);
  if (units < perDoubling) return units;
  const doubling = 28 - Math.clz32(units);
  return Math.min(doubling * perDoubling + (units >> doubling), buckets - 1);
}

/** Where a bucket begins, in ms; it ends where the next one begins. */
export function beginOf(bucket: number): number {
  if (bucket < perDoubling) return bucket / unitsPerMs;
  const doubling = Math.floor(bucket / perDoubling) - 1;
  return ((bucket - doubling * perDoubling) * 2 ** doubling) / unitsPerMs;
}

/** The duration in ms that a share `q` of the values is below, from the counts in each bucket; nothing where there are no values. */
export function quantile(counts: ArrayLike<number>, q: number): number | undefined {
  let all = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) all += counts[bucket] ?? 0;
  if (all === 0) return undefined;
  let left = Math.max(1, Math.ceil(q * all));
  let bucket = 0;
  while (bucket < counts.length && (counts[bucket] ?? 0) < left) {
    left -= counts[bucket] ?? 0;
    bucket += 1;
  }
  return (beginOf(bucket) + (bucket === buckets - 1 ? beginOf(bucket) : beginOf(bucket + 1))) / 2;
}

/** How many values are below a duration in ms that is the beginning of a bucket. */
export function countBelow(counts: ArrayLike<number>, ms: number): number {
  const end = bucketOf(ms);
  let count = 0;
  for (let bucket = 0; bucket < end; bucket += 1) count += counts[bucket] ?? 0;
  return count;
}
