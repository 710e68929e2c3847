import { expect, test } from '@jest/globals';
import { maglevHash } from '../../../src/brain/select/maglev-hash.ts';
import { type Changeable, candidate, many, tally } from './candidates.ts';

const keys = Array.from({ length: 4000 }, (_, index) => `10.${index >> 8}.${index & 255}.7`);

function fresh() {
  const clock = { now: 0 };
  const policy = maglevHash({ random: Math.random, now: () => clock.now });
  const placeOf = (list: readonly Changeable[], key: string) => {
    const { candidate: picked } = policy.select(list, { key });
    policy.afterPick?.();
    return picked.origin.id;
  };
  const placesIn = (list: readonly Changeable[]) => {
    policy.prepare?.(list);
    return keys.map((key) => placeOf(list, key));
  };
  return { clock, policy, placeOf, placesIn };
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
  const { clock, placeOf, placesIn } = fresh();
  placeOf(many(4), 'k');
  placeOf(many(5).slice(1), 'k');
  clock.now = 200;
  const all = many(5);
  const before = placesIn(all);
  // Had the table been filled again for the one left out, at 200 ms, the new weight would have to wait.
  for (const one of all) one.weight = one.origin.id === 'o0' ? 10 : 1;
  clock.now = 5100;
  expect(placesIn([...all])).not.toEqual(before);
});

test('no pick waits for a table to be filled: a newcomer is in it once the first that saw it is over', () => {
  const { placesIn, placeOf } = fresh();
  const [four, five] = [many(4), many(5)];
  const before = placesIn(four);
  const own = keys[fresh().placesIn(five).indexOf('o4')] as string;
  expect(placeOf(five, own)).toBe(before[keys.indexOf(own)]);
  expect(placeOf(five, own)).toBe('o4');
});

test('of a list that stays, a changed weight is followed when its time has come', () => {
  const { clock, placesIn, placeOf } = fresh();
  const [a, b] = [candidate('a'), candidate('b')];
  placesIn([a, b]);
  const lighter = [{ ...a, weight: 0.01 }, b];
  clock.now = 4999;
  const before = placesIn(lighter);
  clock.now = 5000;
  placeOf(lighter, 'any');
  const after = keys.map((key) => placeOf(lighter, key));
  expect(tally(before).get('a')).toBeGreaterThan(1500);
  expect(tally(after).get('a')).toBeLessThan(100);
});

test('where nobody has prepared it, the first pick does', () => {
  const { placeOf } = fresh();
  const five = many(5);
  expect(keys.map((key) => placeOf(five, key))).toEqual(fresh().placesIn(five));
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
