import { expect, test } from '@jest/globals';
import type { Sample } from '../clients.ts';
import { failuresIn, isFailure, longest, p99, percentile, tailOf } from '../tally.ts';

const sample = (result: number | string, ms = 1): Sample => ({ start: 0, ms, result, body: '' });

test('a failure is no answer, or one that refuses', () => {
  const results = [200, 404, 500, 503, 'ECONNRESET'].map((result) => isFailure(sample(result)));
  expect(results).toEqual([false, true, true, true, true]);
});

test('failures are counted by kind', () => {
  expect(failuresIn([sample(200)])).toBe('none');
  expect(failuresIn([sample(502), sample(200), sample('ECONNRESET'), sample(502)])).toBe('502 × 2, ECONNRESET × 1');
});

test('a percentile is the value that the share does not exceed', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100]);
  expect(percentile([], 0.5)).toBe(0);
});

test('p99 and the longest are of the latency', () => {
  const samples = Array.from({ length: 200 }, (_, i) => sample(200, i + 1));
  expect([p99(samples), longest(samples)]).toEqual([198, 200]);
  expect([tailOf(samples, false), tailOf(samples, true)]).toEqual([
    { ms: 198, name: 'p99' },
    { ms: 180, name: 'p90' },
  ]);
});
