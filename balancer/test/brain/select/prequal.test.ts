import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import { compareHotOrCold } from '../../../src/brain/select/hot-or-cold.ts';
import { LoadAnswers } from '../../../src/brain/select/load-answers.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import type { Load } from '../../../src/brain/select/policy.ts';
import { prequal } from '../../../src/brain/select/prequal.ts';
import { busy, candidates, many, tally } from './candidates.ts';

const request = { key: '' };

type Told = (load: Load | undefined) => void;

describe('hot or cold', () => {
  const cold = { inFlight: 3, latencyMs: 50 };
  test.each<[string, Load, Load]>([
    ['a cold one is better than a hot one, however slow', cold, { inFlight: 4, latencyMs: 1 }],
    ['of two cold ones the faster is better, though it has more in flight', { inFlight: 3, latencyMs: 10 }, { inFlight: 0, latencyMs: 11 }],
    [
      'of two hot ones the one with fewer in flight is better, though it is slower',
      { inFlight: 5, latencyMs: 90 },
      { inFlight: 6, latencyMs: 1 },
    ],
    [
      'of two equally fast cold ones the one with fewer in flight is better',
      { inFlight: 1, latencyMs: 10 },
      { inFlight: 2, latencyMs: 10 },
    ],
  ])('%s', (_rule, better, worse) => {
    expect(compareHotOrCold(better, worse, 3)).toBeLessThan(0);
    expect(compareHotOrCold(worse, better, 3)).toBeGreaterThan(0);
  });
});

/** Candidates a, b and c with one in flight each, which took 40, 10 and 20 ms. */
function paced() {
  const latencies = [40, 10, 20];
  return busy(1, 1, 1).map((one, index) => ({ ...one, latencyMs: latencies[index] ?? 0 }));
}

/** A policy whose origins answer as `loads` says, by id; an origin that isn't there doesn't answer. */
function asking(loads: Record<string, Load>) {
  const clock = { now: 0 };
  const asked: string[] = [];
  const probe = ({ id }: Origin, told: Told) => {
    asked.push(id);
    const load = loads[id];
    queueMicrotask(() => told(load && { ...load }));
  };
  const policy = prequal({ random: seeded(1), now: () => clock.now, probe });
  /** Picks, and lets the answers come in. */
  const pick = async (list: ReturnType<typeof candidates>) => {
    const picked = policy.select(list, request);
    policy.afterPick?.();
    await null;
    await null;
    return { id: picked.candidate.origin.id, words: picked.facts.explain() };
  };
  return { clock, asked, pick };
}

describe('where the origins answer', () => {
  const loads = { a: { inFlight: 1, latencyMs: 40 }, b: { inFlight: 1, latencyMs: 10 }, c: { inFlight: 1, latencyMs: 20 } };

  test('draws at random until two have answered, then takes the fastest cold one', async () => {
    const { clock, asked, pick } = asking(loads);
    const list = candidates('a', 'b', 'c');
    expect((await pick(list)).words).toMatch(/^0 of 3 loads are known, too few to compare; drew [abc] at random$/);
    while (new Set(asked).size < 3) await pick(list);
    clock.now = 20;
    expect(await pick(list)).toEqual({
      id: 'b',
      words: expect.stringMatching(
        /^3 of 3 loads are known, hot is above \d in flight; b is the fastest cold one: \d in flight and 10.0 ms, as it said 20 ms ago$/,
      ),
    });
  });

  test('one answer is too few to compare', () => {
    const probe = ({ id }: Origin, told: Told) => {
      if (id === 'a') told({ inFlight: 0, latencyMs: 1 });
    };
    const policy = prequal({ random: seeded(1), now: () => 0, probe });
    const list = candidates('a', 'b');
    for (let i = 0; i < 10; i++) {
      policy.select(list, request);
      policy.afterPick?.();
    }
    expect(policy.select(list, request).facts.explain()).toMatch(/^1 of 2 loads are known, too few to compare/);
  });

  test('believes the origin, not its own figures', async () => {
    const { asked, pick } = asking({ a: { inFlight: 90, latencyMs: 90 }, b: { inFlight: 0, latencyMs: 5 } });
    const list = busy(0, 50);
    while (new Set(asked).size < 2) await pick(list);
    expect((await pick(list)).id).toBe('b');
  });

  test('counts its own picks in until the next answer, so that the fastest is not stormed', async () => {
    const { clock, asked, pick } = asking(loads);
    const list = candidates('a', 'b', 'c');
    while (new Set(asked).size < 3 || asked.length < 16) await pick(list);
    // All that it may ask is used up; the answers age, and are used again and again.
    clock.now = 1;
    const picked = tally(await Promise.all(Array.from({ length: 9 }, () => pick(list).then(({ id }) => id))));
    expect(Math.max(...picked.values())).toBeLessThan(6);
    expect(picked.size).toBe(3);
  });

  test('an answer is of use for a second', async () => {
    const { clock, asked, pick } = asking(loads);
    const list = candidates('a', 'b', 'c');
    while (new Set(asked).size < 3) await pick(list);
    clock.now = 999;
    expect((await pick(list)).words).toMatch(/^3 of 3/);
    clock.now = 3000;
    expect((await pick(list)).words).toMatch(/^0 of 3/);
  });

  test('asks at most three with each pick', () => {
    const { asked, pick } = asking({});
    pick(many(100));
    expect(asked.length).toBe(3);
  });

  test('asks at most 1000 times a second, however many picks there are', async () => {
    const { clock, asked, pick } = asking(Object.fromEntries(many(100).map(({ origin }) => [origin.id, { inFlight: 0, latencyMs: 1 }])));
    for (; clock.now < 1000; clock.now += 0.5) await pick(many(100));
    expect(asked.length).toBeGreaterThan(990);
    expect(asked.length).toBeLessThanOrEqual(1016);
  });

  test('does not ask an origin again that has not answered yet', () => {
    const { asked, pick } = asking(loads);
    for (let i = 0; i < 50; i++) pick(candidates('a', 'b'));
    expect(asked.sort()).toEqual(['a', 'b']);
  });
});

describe('with more origins than places for answers', () => {
  test('for three answers that come one goes, in turn the oldest and the worst', () => {
    let next = 0;
    const probe = ({ id }: Origin, told: Told) => told({ inFlight: 0, latencyMs: id === 'o4' ? 99 : 1 });
    const answers = new LoadAnswers({ random: () => next++ / 100, now: () => 0, probe });
    const list = many(100);
    const known = () =>
      list.filter((one, place) => answers.read(one, place, 0, { inFlight: 0, latencyMs: 0 })).map(({ origin }) => origin.id);
    answers.beginPick(list, 0);
    answers.askThem();
    expect(known()).toEqual(['o1', 'o2']);
    answers.beginPick(list, 0);
    answers.askThem();
    expect(known()).toEqual(['o1', 'o2', 'o3', 'o5']);
  });

  test('knows sixteen at most, and not only bad ones', async () => {
    const list = many(100);
    const loads = Object.fromEntries(list.map(({ origin }, index) => [origin.id, { inFlight: index % 10, latencyMs: 10 + index }]));
    const { clock, pick } = asking(loads);
    let fast = 0;
    for (let i = 0; i < 500; i++) {
      clock.now += 20;
      const { id, words } = await pick(list);
      expect(Number(/^\d+/.exec(words)?.[0])).toBeLessThanOrEqual(16);
      if (Number(id.slice(1)) < 50) fast += 1;
    }
    expect(fast).toBeGreaterThan(450);
  });
});

describe('where the origins do not answer', () => {
  test('goes by the balancer’s own figures', () => {
    const policy = prequal({ random: seeded(1), now: () => 0 });
    const list = paced();
    const { candidate, facts } = policy.select(list, request);
    expect(candidate.origin.id).toBe('b');
    expect(facts.explain()).toBe(
      '3 of 3 loads are known, hot is above 1 in flight; b is the fastest cold one: 1 in flight and 20.0 ms, expected by the balancer’s own figures',
    );
  });

  test('leaves the fastest alone while it is hot', () => {
    const policy = prequal({ random: seeded(1), now: () => 0 });
    const list = paced();
    for (let i = 0; i < 20; i++) policy.select(list, request);
    Object.assign(list[1] ?? {}, { inFlight: 2 });
    expect(policy.select(list, request).candidate.origin.id).toBe('c');
    for (const one of list) one.inFlight += 5;
    expect(policy.select(list, request).facts.explain()).toMatch(/all are hot, and [ac] has fewest: 6 in flight/);
  });

  test('one that does not answer is judged by the balancer’s figures, and asked again after 10 s', async () => {
    const { clock, asked, pick } = asking({ a: { inFlight: 3, latencyMs: 40 } });
    const list = busy(3, 0);
    while (new Set(asked).size < 2) await pick(list);
    expect(await pick(list)).toEqual({ id: 'b', words: expect.stringContaining('expected by the balancer’s own figures') });
    const refusals = () => asked.filter((id) => id === 'b').length;
    for (clock.now = 100; clock.now < 9999; clock.now += 100) await pick(list);
    expect(refusals()).toBe(1);
    clock.now = 10_001;
    for (let i = 0; i < 10; i++) await pick(list);
    expect(refusals()).toBe(2);
  });
});

describe('among many', () => {
  test('those who have answered are looked at, wherever they stand, and the best of them is taken', async () => {
    const loads = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`o${index}`, { inFlight: 1, latencyMs: 100 - index }]));
    const { clock, asked, pick } = asking(loads);
    const list = many(100);
    await pick(list);
    clock.now = 1;
    // Of the three that were asked, the oldest answer is gone: where there are so many, one goes for each three that come.
    const best = asked.slice(1).toSorted((one, other) => (loads[one]?.latencyMs ?? 0) - (loads[other]?.latencyMs ?? 0))[0];
    const { id, words } = await pick(list.toReversed());
    expect(id).toBe(best);
    expect(words).toMatch(/^2 of 100 loads are known/);
  });

  test('where none can be asked, the best of 16 that are drawn is taken', () => {
    const list = many(100).map((one, index) => ({ ...one, inFlight: 1, latencyMs: 100 + index }));
    const policy = prequal({ random: seeded(3), now: () => 0 });
    const picked = Array.from({ length: 2000 }, () => policy.select(list, request));
    expect(picked[0]?.facts.explain()).toMatch(/^16 of 100 loads are known/);
    const places = picked.map(({ candidate }) => list.indexOf(candidate as (typeof list)[number]));
    // The least of 16 numbers below 100 is about 5 on average.
    expect(places.reduce((sum, place) => sum + place, 0) / places.length).toBeGreaterThan(4);
    expect(places.reduce((sum, place) => sum + place, 0) / places.length).toBeLessThan(7);
    expect(Math.max(...places)).toBeLessThan(60);
  });

  test('who has not answered is not taken for idle', async () => {
    const { pick } = asking({});
    const list = many(100);
    expect((await pick(list)).words).toMatch(/^0 of 100 loads are known, too few to compare/);
  });
});
