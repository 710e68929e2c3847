import { expect, test } from '@jest/globals';
import { random } from '../../../src/brain/select/random.ts';
import { candidate, candidates } from './candidates.ts';

const pickAt = (at: number, list = [candidate('a', 2), candidate('b', 0), candidate('c', 1), candidate('d', 1)]) =>
  random({ random: () => at, now: () => 0 }).select(list, { key: '' });

test.each([
  [0, 'a'],
  [0.4999, 'a'],
  [0.5, 'c'],
  [0.7499, 'c'],
  [0.75, 'd'],
  [1 - 2 ** -53, 'd'],
])('weights 2, 0, 1, 1 stand end to end from 0 to 1: %d draws %s', (at, id) => {
  expect(pickAt(at).candidate.origin.id).toBe(id);
});

test('rounding can not make it draw nobody, or one of weight 0', () => {
  const tenths = Array.from({ length: 10 }, (_, index) => candidate(`o${index}`, 0.1));
  expect(pickAt(1 - 2 ** -53, [...tenths, candidate('none', 0)]).candidate.origin.id).toBe('o9');
});

test('says what it drew', () => {
  expect(pickAt(0.5, candidates('a', 'b')).facts.explain()).toBe('drew 0.500 from 0 to 1, where b stands with weight 1 among 2');
});
