import { expect, test } from '@jest/globals';
import { rendezvousHash } from '../../../src/brain/select/rendezvous-hash.ts';
import { candidate, candidates, many } from './candidates.ts';

const keys = Array.from({ length: 5000 }, (_, index) => `10.${index >> 8}.${index & 255}.7`);

/** The id that each key gets. */
function placesIn(list: ReturnType<typeof candidates>): string[] {
  const policy = rendezvousHash({ random: Math.random, now: () => 0 });
  return keys.map((key) => policy.select(list, { key }).candidate.origin.id);
}

test('an origin that leaves moves its own keys and no other', () => {
  const all = many(8);
  const before = placesIn(all);
  const after = placesIn(all.filter(({ origin }) => origin.id !== 'o3'));
  before.forEach((id, key) => {
    if (id === 'o3') expect(after[key]).not.toBe('o3');
    else expect(after[key]).toBe(id);
  });
});

test('an origin that comes takes its share, and nobody else gets any', () => {
  const before = placesIn(many(7));
  const after = placesIn(many(8));
  const moved = after.filter((id, key) => id !== before[key]);
  expect(new Set(moved)).toEqual(new Set(['o7']));
  expect(Math.abs(moved.length - keys.length / 8)).toBeLessThan(100);
});

test('a weight that grows takes keys and gives none, so an origin that warms up gets its own keys back little by little', () => {
  const list = (weight: number) => [candidate('a', weight), candidate('b', 1), candidate('c', 1)];
  const steps = [0.1, 0.25, 0.5, 1].map((weight) => placesIn(list(weight)));
  for (const [step, places] of steps.entries()) {
    steps[step - 1]?.forEach((id, key) => {
      if (id !== places[key]) expect(places[key]).toBe('a');
    });
  }
});

test('the order of the list does not matter', () => {
  expect(placesIn(many(6).toReversed())).toEqual(placesIn(many(6)));
});

test('two keys with the same favourite need not have the same second choice', () => {
  const all = many(4);
  const favourites = placesIn(all);
  const seconds = placesIn(all.slice(1)).filter((_id, key) => favourites[key] === 'o0');
  expect(new Set(seconds).size).toBe(3);
});

test('says what the key hashed to and who scored highest', () => {
  const { facts } = rendezvousHash({ random: Math.random, now: () => 0 }).select(candidates('a', 'b'), { key: 'k' });
  expect(facts.explain()).toMatch(/^the key hashes to [0-9a-f]{8}; [ab] has the highest score with it, \d+\.\d{3}, of 2$/);
});
