import { describe, expect, test } from '@jest/globals';
import { lineOf, marksOf, placeAt, roundUp, topOf, xOf, yOf } from '../../../src/admin/dashboard/charts/scale.ts';
import { latencySeries, originSeries } from '../../../src/admin/dashboard/charts/series.ts';

const field = { left: 50, top: 10, width: 299, height: 100 };

test.each([
  [0, 1],
  [0.3, 0.5],
  [1, 1],
  [1.1, 2],
  [2.1, 2.5],
  [4, 5],
  [51, 100],
  [730, 1000],
])('the top for %d is %d', (value, top) => {
  expect(roundUp(value)).toBeCloseTo(top);
});

test('an axis has room for every line and is never lower than asked', () => {
  expect(topOf([[1, null, 7], [3]], 4)).toBe(10);
  expect(topOf([[null], []], 4)).toBe(4);
  expect(marksOf(10)).toEqual([0, 5, 10]);
});

test('the latest value is at the right, however few there are', () => {
  expect(xOf(field, 299, 300, 300)).toBe(349);
  expect(xOf(field, 0, 300, 300)).toBe(50);
  expect(xOf(field, 1, 2, 300)).toBe(349);
  expect([yOf(field, 0, 10), yOf(field, 10, 10), yOf(field, 99, 10)]).toEqual([110, 10, 10]);
});

test('a line is broken where there is no value, and a value alone can be seen', () => {
  expect(lineOf([0, 10, null, 5], field, 10, 300)).toBe('M346,110L347,10M349,60h1.5');
  expect(lineOf([], field, 10, 300)).toBe('');
});

test('the pointer finds the value that it is nearest to', () => {
  expect([placeAt(349, field, 2, 300), placeAt(348, field, 2, 300), placeAt(347, field, 2, 300), placeAt(380, field, 2, 300)]).toEqual([
    1,
    0,
    undefined,
    undefined,
  ]);
});

describe('seconds become lines', () => {
  const seconds = [
    { at: 0, p50: 1, p99: 9, attempts: { 'a:1': 3 }, errors: {} },
    { at: 1000, p50: null, p99: null, attempts: {}, errors: { 'a:1': 2 } },
  ];

  test('of latency, with gaps', () => {
    expect(latencySeries(seconds).map(({ values }) => values)).toEqual([
      [1, null],
      [9, null],
    ]);
  });

  test('of a pool’s latency, where there are several', () => {
    const [first] = seconds;
    if (!first) throw new Error('there is no second');
    const second = { ...first, pools: { shop: { p50: 2, p99: 3 }, api: { p50: null, p99: null } } };
    expect(latencySeries([second, first], 'shop').map(({ values }) => values)).toEqual([
      [2, null],
      [3, null],
    ]);
  });

  test('of each origin, with 0 where nothing happened', () => {
    const a = { name: 'a', key: 'a:1' };
    expect(originSeries(seconds, 'attempts', [a, { name: 'b:2', key: 'b:2' }])).toEqual([
      { name: 'a', origin: 0, values: [3, 0] },
      { name: 'b:2', origin: 1, values: [0, 0] },
    ]);
    expect(originSeries(seconds, 'errors', [a])[0]?.values).toEqual([0, 2]);
  });
});
