import { describe, expect, test } from '@jest/globals';
import { beginOf, bucketOf, buckets, countBelow, quantile } from '../../../src/brain/pool/histogram.ts';

/** Durations from a hundredth of a millisecond to about two minutes, evenly over their sizes. */
const durations = Array.from({ length: 2000 }, (_, i) => 0.01 * 10 ** ((i / 2000) * 7));

function counted(values: readonly number[]): number[] {
  const counts = new Array<number>(buckets).fill(0);
  for (const value of values) counts[bucketOf(value)] = (counts[bucketOf(value)] ?? 0) + 1;
  return counts;
}

describe('a bucket', () => {
  test('begins where its values do, and they grow with it', () => {
    for (let bucket = 0; bucket < buckets; bucket += 1) expect(bucketOf(beginOf(bucket))).toBe(bucket);
    const of = durations.map(bucketOf);
    expect(of).toEqual(of.toSorted((a, b) => a - b));
  });

  test('is no wider than an eighth of its values, or a 64th of a millisecond', () => {
    for (const ms of durations) {
      const bucket = bucketOf(ms);
      expect(beginOf(bucket)).toBeLessThanOrEqual(ms);
      expect(beginOf(bucket + 1) - beginOf(bucket)).toBeLessThanOrEqual(Math.max(ms / 8, 1 / 64));
    }
  });

  test('begins at every power of two, in ms', () => {
    for (let power = 0; power <= 17; power += 1) expect(beginOf(bucketOf(2 ** power))).toBe(2 ** power);
  });

  test('is the last for everything that is too long, and the first for what is not even 0', () => {
    for (const ms of [2 ** 17, 1e9, Number.POSITIVE_INFINITY]) expect(bucketOf(ms)).toBe(buckets - 1);
    expect([bucketOf(0), bucketOf(-1)]).toEqual([0, 0]);
  });
});

describe('a quantile', () => {
  test.each([0, 0.5, 0.95, 0.99, 1])('of %f is right to an eighth', (q) => {
    const sorted = durations.filter((ms) => ms >= 1);
    const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? 0;
    const found = quantile(counted(sorted), q) ?? 0;
    expect(Math.abs(found - exact) / exact).toBeLessThan(1 / 8);
  });

  test('is the same whether counts were merged by adding or made together', () => {
    const [odd, even] = [durations.filter((_, i) => i % 2), durations.filter((_, i) => i % 2 === 0)].map(counted);
    const merged = even?.map((count, bucket) => count + (odd?.[bucket] ?? 0)) ?? [];
    expect(merged).toEqual(counted(durations));
  });

  test('of a few values is the first one that so many are not above', () => {
    const near = (q: number, ...values: number[]) => Math.round(quantile(counted(values), q) ?? -1);
    expect([near(0.5, 1000, 4000, 16_000), near(0.34, 1000, 4000, 16_000)].map((ms) => bucketOf(ms))).toEqual([4000, 4000].map(bucketOf));
    expect(bucketOf(near(0.33, 1000, 4000, 16_000))).toBe(bucketOf(1000));
  });

  test('of what is too long is the longest that can be told apart', () => {
    expect(quantile(counted([1e9]), 0.99)).toBe(2 ** 17);
  });

  test('is nothing where there are no values', () => {
    expect(quantile(counted([]), 0.5)).toBeUndefined();
  });
});

test('values below a power of two are counted exactly', () => {
  for (const ms of [1, 2, 64, 1024]) expect(countBelow(counted(durations), ms)).toBe(durations.filter((value) => value < ms).length);
});
