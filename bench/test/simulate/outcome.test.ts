import { expect, test } from '@jest/globals';
import { quantileOf } from '../../../balancer/src/simulate/quantile.ts';
import { slowestOf } from '../../simulate/outcome.ts';

test('a quantile is the least figure that so many do not exceed', () => {
  const figures = Float64Array.from({ length: 1000 }, (_, index) => index + 1);
  expect([0, 0.5, 0.99, 0.999, 1].map((part) => quantileOf(figures, part))).toEqual([1, 500, 990, 999, 1000]);
});

test('the slowest origin is the last of those that are slowest', () => {
  expect(slowestOf([{ pace: 40 }, { pace: 10 }, { pace: 40 }])).toBe(2);
});
