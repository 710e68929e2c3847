import { describe, expect, test } from '@jest/globals';
import { turnsIn } from '../../../src/brain/pool/turns.ts';
import { seeded } from '../../../src/brain/seeded.ts';
import { roundRobin } from '../../../src/brain/select/round-robin.ts';
import { ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';
import { candidate, candidates, many } from './candidates.ts';

const [a, b, c, d] = candidates('a', 'b', 'c', 'd') as [never, never, never, never];

/** The ids that a fresh policy picks from the given lists, one pick for each. */
function picks(lists: ReturnType<typeof candidates>[]): string {
  const policy = roundRobin({ random: Math.random, now: () => 0 });
  return lists.map((list) => policy.select(list, { key: '' }).candidate.origin.id).join('');
}

test('takes each in turn', () => {
  expect(picks(Array(9).fill([a, b, c, d]))).toBe('abcdabcda');
});

test('keeps the turns of the others when one is missing for a while', () => {
  expect(
    picks([
      [a, b, c, d],
      [a, c, d],
      [a, c, d],
      [a, c, d],
      [a, b, c, d],
      [a, b, c, d],
      [a, b, c, d],
    ]),
  ).toBe('acdabcd');
});

test('does not give a retry’s neighbour two turns in a row: a filtered pick counts as a turn', () => {
  expect(
    picks([
      [a, b, c],
      [b, c],
      [a, b, c],
      [a, b, c],
    ]),
  ).toBe('abca');
});

test('starts with a newcomer, who has waited longest', () => {
  expect(
    picks([
      [a, b],
      [a, b],
      [a, b],
      [a, b, c],
      [a, b, c],
    ]),
  ).toBe('abacb');
});

describe('with weights', () => {
  const weighted = (weights: Record<string, number>) => Object.entries(weights).map(([id, weight]) => candidate(id, weight));

  test('nobody waits for what was owed while a heavy origin was there, or while weights were others', () => {
    const all = weighted({ a: 100, b: 1, c: 2 });
    const others = weighted({ b: 1, c: 2 });
    const lighter = weighted({ a: 2, b: 1, c: 2 });
    /** By how many turns an origin of that share ever was behind it. */
    const behind = (turns: string, id: string, share: number) => {
      const had = [...turns].map((_, place) => [...turns.slice(0, place + 1)].filter((one) => one === id).length);
      return Math.max(...had.map((count, place) => (place + 1) * share - count));
    };
    for (const before of [31, 52, 60, 99]) {
      const without = picks([...Array(before).fill(all), ...Array(60).fill(others)]).slice(before);
      expect(Math.max(behind(without, 'b', 1 / 3), behind(without, 'c', 2 / 3))).toBeLessThan(2.3);
      const after = picks([...Array(before).fill(all), ...Array(60).fill(lighter)]).slice(before);
      expect(Math.max(behind(after, 'a', 2 / 5), behind(after, 'b', 1 / 5), behind(after, 'c', 2 / 5))).toBeLessThan(2.3);
    }
  });

  test.each([
    [{ a: 5, b: 1, c: 1 }, 'aabacaa'],
    [{ a: 3, b: 2, c: 1 }, 'abacba'],
  ])('spreads the turns of %j as nginx does, cycle after cycle', (weights, cycle) => {
    expect(picks(Array(cycle.length * 3).fill(weighted(weights)))).toBe(cycle.repeat(3));
  });

  test.each([
    { a: 7, b: 3, c: 1 },
    { a: 100, b: 99, c: 1 },
    { a: 0.1, b: 1, c: 1 },
  ])('%j: nobody is ever a whole turn ahead of its share', (weights) => {
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    const sequence = picks(Array(1000).fill(weighted(weights)));
    for (const [id, weight] of Object.entries(weights)) {
      let count = 0;
      [...sequence].forEach((picked, index) => {
        if (picked === id) count += 1;
        expect(count - ((index + 1) * weight) / total).toBeLessThan(1);
      });
    }
  });

  test('changes to the longest waiting when the weights become equal', () => {
    const [heavy, light] = [candidate('a', 2), candidate('b', 1)];
    expect(
      picks([
        [heavy, light],
        [heavy, light],
        [heavy, light],
        [a, b],
        [a, b],
      ] as never),
    ).toBe('ababa');
  });
});

test('an origin that left the list and has come back writes its turns to where they are now, and to nobody else’s place', () => {
  const ledger = ownLedger();
  const pool = ownPool([originAt(1), originAt(2)], { maxConnections: 9, slowStart: 0 }, ledger, () => 0);
  const policy = roundRobin({ random: () => 0, now: () => 0, turns: turnsIn(ledger, pool.roster) });
  const pick = () => policy.select(pool.usable(), { key: '' });
  const list = (...ports: number[]) => {
    pool.roster.replace(ports.map((port) => originAt(port)));
    for (const { origin } of pool.roster.members) pool.roster.setHealth(origin, 'up', 'well', true);
  };
  pick();
  pick();
  list(1);
  pick();
  // Another one takes the place in the ledger that the second had.
  list(1, 3);
  list(1, 3, 2);
  const turns = () => pool.roster.members.map(({ figures }) => figures.last);
  for (let i = 0; i < 6; i += 1) pick();
  expect(turns().toSorted()).toEqual([7, 8, 9]);
});

test('many take turns just as few do, also where two threads deal them and some are missing at times', () => {
  const all = many(100);
  const lasts = new Map(all.map(({ origin }) => [origin, { last: 0, credit: 0 }]));
  let turn = 0;
  const turns = { next: () => ++turn, of: (origin: (typeof all)[number]['origin']) => lasts.get(origin) ?? { last: 0, credit: 0 } };
  const threads = [1, 2].map(() => roundRobin({ random: Math.random, now: () => 0, turns }));
  const random = seeded(5);
  const without = (missing: number) => all.filter((_, place) => place !== missing);
  const lists = [all, all, all, without(3), without(50)];
  for (let pick = 0; pick < 2000; pick += 1) {
    const list = lists[Math.floor(random() * lists.length)] ?? all;
    const longest = list.toSorted((one, other) => (lasts.get(one.origin)?.last ?? 0) - (lasts.get(other.origin)?.last ?? 0))[0];
    expect(threads[pick % 2]?.select(list, { key: '' }).candidate).toBe(longest);
  }
});
