import { expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import type { PolicyFactory } from '../../../src/brain/select/policy.ts';
import { random } from '../../../src/brain/select/random.ts';
import { twoChoices } from '../../../src/brain/select/two-choices.ts';
import { busy, type Changeable, candidate, many } from './candidates.ts';

const request = { key: '' };

/** A policy whose draws are the given numbers, again and again. */
const drawing = (...numbers: number[]) => {
  let next = 0;
  return twoChoices({ random: () => numbers[next++ % numbers.length] ?? 0, now: () => 0 });
};

test.each([
  [0, 0, 'a', 'b'],
  [0, 0.99, 'a', 'd'],
  [0, 0.3, 'a', 'b'],
  [0.3, 0, 'b', 'a'],
  [0.3, 0.4, 'b', 'c'],
  [0.99, 0.99, 'd', 'c'],
])('draws %d and %d are the two distinct candidates %s and %s', (first, second, one, other) => {
  const { facts } = drawing(first, second).select(busy(0, 0, 0, 0), request);
  expect(facts.explain()).toBe(`drew ${one} with 0 in flight and ${other} with 0; they tie, so the first drawn is taken`);
});

test('takes the one with less in flight for its weight', () => {
  expect(drawing(0, 0).select(busy(2, 1), request).facts.explain()).toBe('drew a with 2 in flight and b with 1; b has less for its weight');
  const heavy = Object.assign(candidate('heavy', 3), { inFlight: 2 });
  const light = Object.assign(candidate('light', 1), { inFlight: 1 });
  expect(drawing(0.99, 0).select([heavy, light], request).candidate).toBe(heavy);
});

test('the busiest of all is never taken, since the two are distinct', () => {
  const policy = twoChoices({ random: seeded(1), now: () => 0 });
  for (let i = 0; i < 1000; i++) expect(policy.select(busy(1, 0, 9), request).candidate.origin.id).not.toBe('c');
});

/** What the fullest of so many bins has, after as many balls. */
function fullest(factory: PolicyFactory, bins: number, seed: number): number {
  const policy = factory({ random: seeded(seed), now: () => 0 });
  const list = many(bins);
  for (let ball = 0; ball < bins; ball++) (policy.select(list, request).candidate as Changeable).inFlight += 1;
  return Math.max(...list.map(({ inFlight }) => inFlight));
}

test('a thousand balls in a thousand bins: the fullest has ln ln n / ln 2 and a little, at random far more', () => {
  const bound = Math.log(Math.log(1000)) / Math.log(2) + 2;
  for (let seed = 1; seed <= 10; seed++) {
    expect(fullest(twoChoices, 1000, seed)).toBeLessThanOrEqual(bound);
    expect(fullest(random, 1000, seed)).toBeGreaterThanOrEqual(5);
  }
});
