import { describe, expect, test } from '@jest/globals';
import { roundRobin } from '../../../src/brain/select/round-robin.ts';
import { candidate, candidates } from './candidates.ts';

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
