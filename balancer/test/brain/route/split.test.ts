import { describe, expect, test } from '@jest/globals';
import type { PoolShare } from '../../../src/brain/route/route.ts';
import { Split } from '../../../src/brain/route/split.ts';
import { seeded } from '../../../src/brain/seeded.ts';

const splitBy = (shares: Record<string, number>) => new Split(Object.entries(shares).map(([pool, share]) => ({ pool, share })));
const keys = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);

/** The part of some picks that each pool got. */
function partsOf(picks: readonly PoolShare[]): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const { pool } of picks) parts[pool] = (parts[pool] ?? 0) + 1 / picks.length;
  return parts;
}

describe.each<[string, (split: Split) => PoolShare[]]>([
  ['by key', (split) => keys.map((key) => split.byKey(key))],
  [
    'by chance',
    (split) => {
      const random = seeded(5);
      return keys.map(() => split.byChance(random()));
    },
  ],
])('a split %s', (_how, picked) => {
  test.each<Record<string, number>>([
    { shop: 95, next: 5 },
    { shop: 50, next: 30, old: 20 },
    { a: 0.25, b: 0.5, c: 0.25 },
  ])('gives each pool its share of what all have, to a hundredth: %j', (shares) => {
    const parts = partsOf(picked(splitBy(shares)));
    const total = Object.values(shares).reduce((sum, share) => sum + share);
    for (const [pool, share] of Object.entries(shares)) expect(Math.abs((parts[pool] ?? 0) - share / total)).toBeLessThan(0.01);
  });

  test('gives nothing to who has a share of 0', () => {
    expect(Object.keys(partsOf(picked(splitBy({ first: 0, a: 1, between: 0, b: 1, last: 0 }))))).toEqual(
      expect.arrayContaining(['a', 'b']),
    );
    expect(Object.keys(partsOf(picked(splitBy({ a: 0, b: 3, c: 0 }))))).toEqual(['b']);
  });
});

test('a draw is where it falls, from one end to the other', () => {
  const split = splitBy({ none: 0, a: 1, b: 3 });
  expect([0, 0.249, 0.25, 0.999999, 1 - 2 ** -53].map((at) => split.byChance(at).pool)).toEqual(['a', 'a', 'b', 'b', 'b']);
});

test('a key goes to the same pool in every process and on every machine', () => {
  const split = splitBy({ shop: 50, next: 30, old: 20 });
  expect(['', 'a', 'b', 'user-7', '203.0.113.9', 'é'].map((key) => split.byKey(key).pool)).toEqual([
    'old',
    'old',
    'next',
    'shop',
    'old',
    'old',
  ]);
});

test('the order in which pools are listed changes nothing for a key', () => {
  const [one, other] = [splitBy({ shop: 50, next: 30, old: 20 }), splitBy({ old: 20, shop: 50, next: 30 })];
  for (const key of keys) expect(other.byKey(key).pool).toBe(one.byKey(key).pool);
});

test('when a share grows, keys move to that pool only, and no more than it has to get', () => {
  const [before, after] = [splitBy({ shop: 95, next: 5 }), splitBy({ shop: 80, next: 20 })];
  let moved = 0;
  for (const key of keys) {
    const [from, to] = [before.byKey(key).pool, after.byKey(key).pool];
    if (from === to) continue;
    expect([from, to]).toEqual(['shop', 'next']);
    moved += 1;
  }
  expect(Math.abs(moved / keys.length - 0.15)).toBeLessThan(0.01);
});

test('a pool that comes takes its share from all, and one that goes gives its own away', () => {
  const [two, three] = [splitBy({ a: 1, b: 1 }), splitBy({ a: 1, b: 1, c: 1 })];
  for (const key of keys) if (three.byKey(key).pool !== 'c') expect(three.byKey(key).pool).toBe(two.byKey(key).pool);
  expect(Math.abs((partsOf(keys.map((key) => three.byKey(key)))['c'] ?? 0) - 1 / 3)).toBeLessThan(0.01);
});

test('a split among nobody is refused', () => {
  expect(() => splitBy({})).toThrow('a split needs a pool with a share above 0');
  expect(() => splitBy({ a: 0 })).toThrow('a split needs a pool with a share above 0');
});
