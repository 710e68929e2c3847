import { expect, test } from '@jest/globals';
import { RateTable } from '../../src/brain/route/rate-table.ts';
import type { Route } from '../../src/brain/route/route.ts';
import { SharedRates } from '../../src/threads/shared-rates.ts';
import { routeOf } from '../brain/route/routes.ts';

const limited = (number: number, path: string, rate = 1, burst = 2): Route =>
  routeOf({ number, match: { path }, rateLimit: { rate, burst } });

/** How many requests a route still lets in at the time 0. */
function left({ memories }: SharedRates, route: number): number | undefined {
  const memory = memories.get(route);
  if (!memory) return undefined;
  const table = new RateTable(memory, 0);
  let count = 0;
  while (table.take('', 0) === 0) count += 1;
  return count;
}

test('each limited route has buckets of its own, and no other has any', () => {
  const rates = new SharedRates([limited(1, '/a'), routeOf({ number: 2 }), limited(3, '/b')], () => 0);
  expect([1, 2, 3].map((route) => left(rates, route))).toEqual([2, undefined, 2]);
  expect([1, 3].map((route) => left(rates, route))).toEqual([0, 0]);
});

test('a limit that stays goes on as it was, whatever number its route has now, and one that changes begins anew', () => {
  const rates = new SharedRates([limited(1, '/a'), limited(2, '/b'), limited(3, '/c')], () => 0);
  for (const route of [1, 2, 3]) left(rates, route);
  rates.follow([limited(1, '/new'), limited(2, '/a'), limited(3, '/b', 5), limited(4, '/c', 1, 3)]);
  expect([1, 2, 3, 4].map((route) => left(rates, route))).toEqual([2, 0, 2, 3]);
});

test('what a dead thread had locked is free again, in the limits of before as well', () => {
  const rates = new SharedRates([limited(1, '/a')], () => 0);
  const before = rates.memories.get(1) as SharedArrayBuffer;
  rates.follow([limited(1, '/b')]);
  const after = rates.memories.get(1) as SharedArrayBuffer;
  for (const memory of [before, after]) new Int32Array(memory)[0] = 2;
  rates.reclaim(1, 9);
  expect([before, after].map((memory) => new RateTable(memory, 0).take('', 0))).toEqual([0, 0]);
});
