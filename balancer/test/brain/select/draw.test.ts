import { expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import type { Candidate } from '../../../src/brain/select/candidate.ts';
import { draw } from '../../../src/brain/select/draw.ts';
import { candidate, many } from './candidates.ts';

/** The one at whose place `at` falls, where all weights stand end to end. */
function expected(all: readonly Candidate[], at: number, except?: Candidate): Candidate | undefined {
  const others = all.filter((one) => one !== except);
  const total = others.reduce((sum, { weight }) => sum + weight, 0);
  let end = 0;
  return others.find(({ weight }) => {
    end += weight;
    return at * total < end;
  });
}

test.each([
  ['many of one weight', many(100)],
  ['many of two weights', [...many(99), candidate('heavy', 7)]],
  ['few', many(3)],
])('of %s each has its chance, and one that is left out has none', (_who, all) => {
  const random = seeded(7);
  for (let draws = 0; draws < 2000; draws += 1) {
    const at = random();
    const first = draw(all, at);
    expect(first).toBe(expected(all, at));
    const again = random();
    expect(draw(all, again, first)).toBe(expected(all, again, first));
  }
});

test.each([0, 1 - 2 ** -53])('of many of one weight, %d draws one that is there', (at) => {
  const all = many(100);
  expect(all).toContain(draw(all, at));
  expect(draw(all, at, all.at(-1))).not.toBe(all.at(-1));
  expect(draw(all, at, all[0])).not.toBe(all[0]);
});
