import { expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import { RecentQuantile } from '../../../src/brain/select/recent-quantile.ts';

test('is the least figure that so many do not exceed', () => {
  const median = new RecentQuantile(0.5);
  expect(median.value).toBe(Number.POSITIVE_INFINITY);
  for (const figure of [5, 1, 4, 2, 3]) median.add(figure);
  expect(median.value).toBe(3);
  median.add(6);
  expect(median.value).toBe(3);
});

test('looks at the last 64 only', () => {
  const random = seeded(1);
  const quantile = new RecentQuantile(2 ** -0.25);
  const all: number[] = [];
  for (let i = 0; i < 1000; i++) {
    all.push(Math.floor(random() * 20));
    quantile.add(all.at(-1) ?? 0);
    const sorted = all.slice(-64).sort((a, b) => a - b);
    expect(quantile.value).toBe(sorted[Math.ceil(2 ** -0.25 * sorted.length) - 1]);
  }
});
