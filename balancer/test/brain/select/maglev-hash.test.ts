import { expect, test } from '@jest/globals';
import { maglevHash } from '../../../src/brain/select/maglev-hash.ts';
import { type Changeable, candidate, many, tally } from './candidates.ts';

const keys = Array.from({ length: 4000 }, (_, index) => `10.${index >> 8}.${index & 255}.7`);

function fresh() {
  const clock = { now: 0 };
  const policy = maglevHash({ random: Math.random, now: () => clock.now });
  const placesIn = (list: readonly Changeable[]) => keys.map((key) => policy.select(list, { key }).candidate.origin.id);
  return { clock, policy, placesIn };
}

test('an origin that is missing for a while moves its own keys only, and gets them back', () => {
  const { placesIn } = fresh();
  const all = many(5);
  const before = placesIn(all);
  const without = placesIn(all.filter(({ origin }) => origin.id !== 'o2'));
  before.forEach((id, key) => {
    if (id === 'o2') expect(without[key]).not.toBe('o2');
    else expect(without[key]).toBe(id);
  });
  expect(placesIn(all)).toEqual(before);
});

test('the keys of a missing origin go to all the others alike', () => {
  const { placesIn } = fresh();
  const all = many(5);
  const before = placesIn(all);
  const moved = tally(placesIn(all.slice(1)).filter((_id, key) => before[key] === 'o0'));
  for (const count of moved.values()) expect(Math.abs(count - keys.length / 20)).toBeLessThan(60);
});

test('a newcomer gets its share at once and takes few keys that others keep among themselves', () => {
  const { placesIn } = fresh();
  const before = placesIn(many(4));
  const after = placesIn(many(5));
  const moved = after.filter((id, key) => id !== before[key]);
  const taken = moved.filter((id) => id === 'o4').length;
  expect(Math.abs(taken - keys.length / 5)).toBeLessThan(110);
  expect(moved.length - taken).toBeLessThan(keys.length / 10);
});

test('all balancers agree, whatever the order of their lists and whatever they saw before', () => {
  const { placesIn } = fresh();
  placesIn(many(3));
  placesIn(many(6).slice(2));
  expect(placesIn(many(6).toReversed())).toEqual(fresh().placesIn(many(6)));
});

test('weights that change are followed, but a changed weight alone not more often than every 5 s', () => {
  const { clock, placesIn } = fresh();
  const share = (list: readonly Changeable[]) => (tally(placesIn(list)).get('a') ?? 0) / keys.length;
  const [a, b] = [candidate('a'), candidate('b')];
  expect(share([a, b])).toBeCloseTo(0.5, 1);
  a.weight = 0.25;
  clock.now = 4999;
  expect(share([a, b])).toBeCloseTo(0.5, 1);
  clock.now = 5000;
  expect(share([a, b])).toBeCloseTo(0.2, 1);
});

test('an origin already tried keeps its slots, though a newcomer comes while it is left out', () => {
  const { clock, policy, placesIn } = fresh();
  policy.select(many(4), { key: 'k' });
  policy.select(many(5).slice(1), { key: 'k' });
  clock.now = 200;
  const all = many(5);
  const before = placesIn(all);
  // Had the table been filled again for the one left out, at 200 ms, the new weight would have to wait.
  for (const one of all) one.weight = one.origin.id === 'o0' ? 10 : 1;
  clock.now = 5100;
  expect(placesIn(all)).not.toEqual(before);
});

test('prepared in advance, it has the newcomer in its table before the first request asks', () => {
  const [prepared, unprepared] = [fresh(), fresh()];
  prepared.policy.prepare?.(many(4));
  expect(prepared.placesIn(many(4))).toEqual(unprepared.placesIn(many(4)));
});

test('says which slot, whose it is, and how far the next one was', () => {
  const { policy } = fresh();
  const all = many(3);
  const { candidate: owner, facts } = policy.select(all, { key: 'k' });
  expect(facts.explain()).toMatch(new RegExp(`^the key hashes to [0-9a-f]{8}, slot \\d+ of 65537, which belongs to ${owner.origin.id}$`));
  const { candidate: next, facts: others } = policy.select(
    all.filter((other) => other !== owner),
    { key: 'k' },
  );
  expect(others.explain()).toMatch(new RegExp(`; that isn't offered now, and \\d+ further on is a slot of ${next.origin.id}$`));
});

test('an origin too light for a slot is found where it is the only one', () => {
  const { policy } = fresh();
  const light = candidate('light', 1e-9);
  policy.select([candidate('heavy', 1000), light], { key: 'k' });
  expect(policy.select([light], { key: 'k' }).candidate).toBe(light);
});
