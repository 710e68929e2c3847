import { describe, expect, test } from '@jest/globals';
import { hash } from '../../../src/brain/select/hash.ts';
import { maglevTable } from '../../../src/brain/select/maglev-table.ts';
import { tally } from './candidates.ts';

/** The permutations of the paper's example: 3 0 4 1 5 2 6, 0 2 4 6 1 3 5 and 3 4 5 6 0 1 2. */
const [b0, b1, b2] = [
  { offset: 3, skip: 4, weight: 1 },
  { offset: 0, skip: 2, weight: 1 },
  { offset: 3, skip: 1, weight: 1 },
] as const;

test('fills the paper’s table of 7 as the paper does, with and without B1', () => {
  expect([...maglevTable(7, [b0, b1, b2])]).toEqual([1, 0, 1, 0, 2, 2, 0]);
  expect([...maglevTable(7, [b0, b2])]).toEqual([0, 0, 0, 0, 1, 1, 1]);
});

const size = 65_537;
const claimant = (id: number, weight = 1) => {
  return { offset: hash(`o${id}`, 1) % size, skip: (hash(`o${id}`, 2) % (size - 1)) + 1, weight };
};

describe('with 65,537 slots', () => {
  test.each([1, 2, 3, 4, 7, 100, 1000])('each of %d has its share to one slot', (count) => {
    const slots = tally(
      maglevTable(
        size,
        Array.from({ length: count }, (_, id) => claimant(id)),
      ),
    );
    expect(slots.size).toBe(count);
    for (const own of slots.values()) expect([Math.floor(size / count), Math.ceil(size / count)]).toContain(own);
  });

  test.each([[[3, 1]], [[5, 1, 1]], [[1, 0.1]], [[7, 3, 2, 0]]])('weights %j have slots in proportion', (weights) => {
    const slots = tally(
      maglevTable(
        size,
        weights.map((weight, id) => claimant(id, weight)),
      ),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [id, weight] of weights.entries()) expect(Math.abs((slots.get(id) ?? 0) - (size * weight) / total)).toBeLessThan(2);
  });

  test('weights of 0 only are equal', () => {
    expect([...tally(maglevTable(size, [claimant(0, 0), claimant(1, 0)])).values()].sort()).toEqual([32768, 32769]);
  });

  test('without one of ten, its slots change hands and few others do', () => {
    const ten = Array.from({ length: 10 }, (_, id) => claimant(id));
    const before = maglevTable(size, ten);
    const after = maglevTable(size, ten.slice(0, 9));
    let others = 0;
    before.forEach((owner, slot) => {
      if (owner !== 9 && after[slot] !== owner) others += 1;
    });
    expect(others / size).toBeLessThan(0.05);
  });
});
