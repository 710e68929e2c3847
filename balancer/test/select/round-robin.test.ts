import { expect, test } from '@jest/globals';
import { roundRobin } from '../../src/select/round-robin.ts';
import { candidates } from './candidates.ts';

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
