import { expect, test } from '@jest/globals';
import { first, firstOf } from '../../../src/brain/select/first.ts';
import { busy } from './candidates.ts';

const policy = first({ random: Math.random, now: () => 0 });
const pick = (list: ReturnType<typeof busy>) => policy.select(list, { key: '' });

test('fills the first and spills to the next where the first is missing', () => {
  const [a, b, c] = busy(9, 0, 0) as [never, never, never];
  expect(pick([a, b, c]).candidate).toBe(a);
  expect(pick([b, c]).candidate).toBe(b);
});

test('says so', () => {
  expect(pick(busy(1, 0, 0)).facts.explain()).toBe('a is the first of 3');
});

test('an empty list is a mistake of whoever asked', () => {
  expect(() => firstOf([])).toThrow('at least one candidate');
});
