import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { seeded } from '../../../src/brain/seeded.ts';
import { policies } from '../../../src/brain/select/policies.ts';
import type { PolicyEnv, PolicyFactory } from '../../../src/brain/select/policy.ts';
import { type Changeable, candidate, candidates, tally } from './candidates.ts';

const env = (seed = 1): PolicyEnv => ({ random: seeded(seed), now: () => 0 });
const request = { key: 'client' };
const keyed = (number: number) => ({ key: `10.0.${number >> 8}.${number & 255}` });

/** Gives the candidates figures of a busy moment. */
function stir(list: readonly Changeable[], random: () => number): void {
  for (const one of list) {
    one.inFlight = Math.floor(random() * 5);
    one.latencyMs = random() * 50;
  }
}

/** Collects garbage now. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe.each(Object.entries(policies))('%s', (name, factory) => {
  test('picks only what it was given', () => {
    const policy = factory(env());
    const all = candidates('a', 'b', 'c', 'd');
    for (let i = 0; i < 100; i++) {
      const given = all.filter((_candidate, index) => i % 4 !== index);
      expect(given).toContain(policy.select(given, keyed(i)).candidate);
    }
  });

  test('works with one candidate, whatever its weight', () => {
    const policy = factory(env());
    for (const only of [candidate('only'), candidate('only', 0), candidate('other', 0.1)]) {
      for (let i = 0; i < 3; i++) expect(policy.select([only], request).candidate).toBe(only);
    }
  });

  test('survives candidates that come and go, and change their order and weights', () => {
    const random = seeded(7);
    const policy = factory(env());
    const all = candidates(...'abcdefghij');
    for (let i = 0; i < 3000; i++) {
      if (i % 50 === 0) all[Math.floor(random() * all.length)] = candidate(`origin-${i}`, Math.ceil(random() * 3));
      stir(all, random);
      const given = all.filter(() => random() < 0.5).sort(() => random() - 0.5);
      if (given.length > 0) expect(given).toContain(policy.select(given, keyed(i)).candidate);
    }
  });

  test('does the same with the same randomness and clock', () => {
    const picks = () => {
      const random = seeded(3);
      const policy = factory(env());
      const all = candidates('a', 'b', 'c', 'd', 'e');
      return Array.from({ length: 200 }, (_, i) => {
        stir(all, random);
        return policy.select(all, keyed(i)).candidate.origin.id;
      });
    };
    expect(picks()).toEqual(picks());
  });

  test('takes weights of 0 for equal where there is nothing else', () => {
    const policy = factory(env());
    const all = ['a', 'b', 'c'].map((id) => candidate(id, 0));
    const picked = tally(Array.from({ length: 300 }, (_, i) => policy.select(all, keyed(i)).candidate.origin.id));
    if (name === 'first') expect(picked).toEqual(new Map([['a', 300]]));
    else for (const { origin } of all) expect(picked.get(origin.id)).toBeGreaterThan(60);
  });

  test('explains a pick with what was true then, whatever happens later', () => {
    const random = seeded(5);
    const policy = factory(env());
    const all = candidates('a', 'b', 'c', 'd');
    for (let i = 0; i < 20; i++) {
      stir(all, random);
      const { candidate: picked, facts } = policy.select(all, keyed(i));
      const before = [JSON.stringify(facts), facts.explain()];
      expect(facts.explain()).toContain(picked.origin.id);
      stir(all, random);
      policy.select(all, keyed(i + 100));
      expect([JSON.stringify(facts), facts.explain()]).toEqual(before);
    }
  });
});

describe('origins that do not come back', () => {
  const seen = new Map<string, WeakRef<object>[]>();
  beforeAll(async () => {
    const made = Object.entries(policies).map(([name, factory]) => [name, factory(env())] as const);
    for (const [name, policy] of made) {
      seen.set(name, pickAmongStrangers(policy, 1000));
      pickAmongStrangers(policy, 2500);
    }
    // What a weak reference leads to stays until the end of the job that made it.
    await new Promise(setImmediate);
    collect();
    // The policies are still there.
    for (const [, policy] of made) policy.select(candidates('a'), request);
  });

  test.each(Object.keys(policies))('are forgotten by %s', (name) => {
    expect(seen.get(name)?.length).toBe(40);
    expect(seen.get(name)?.filter((origin) => origin.deref())).toEqual([]);
  });
});

/** Has the policy pick so many times, a hundred times among origins that nobody has seen before or will see again. */
function pickAmongStrangers(policy: ReturnType<PolicyFactory>, picks: number): WeakRef<object>[] {
  return Array.from({ length: picks / 100 }, (_, i) => {
    const strangers = ['a', 'b', 'c', 'd'].map((id) => candidate(`${id}-${picks}-${i}`));
    for (let pick = 0; pick < 100; pick++) {
      policy.select(strangers, keyed(pick));
      policy.afterPick?.();
    }
    return strangers.map(({ origin }) => new WeakRef(origin));
  }).flat();
}

describe('shares', () => {
  /** How often each is picked by so many requests one after the other, each of another client. */
  const sharesOf = (factory: PolicyFactory, list: readonly Changeable[], requests: number) => {
    const policy = factory(env());
    return tally(Array.from({ length: requests }, (_, i) => policy.select(list, keyed(i)).candidate.origin.id));
  };

  test.each(['round-robin', 'least-requests'])('%s gives requests one after the other to each in turn', (name) => {
    const factory = policies[name] as PolicyFactory;
    const even = [
      ['a', 100],
      ['b', 100],
      ['c', 100],
      ['d', 100],
    ] as const;
    expect(sharesOf(factory, candidates('a', 'b', 'c', 'd'), 400)).toEqual(new Map(even));
    expect(sharesOf(factory, [candidate('a', 3), candidate('b', 1)], 400)).toEqual(
      new Map([
        ['a', 300],
        ['b', 100],
      ]),
    );
  });

  test.each(Object.keys(policies).filter((name) => name !== 'first'))('%s is fair to equals in the long run', (name) => {
    const shares = sharesOf(policies[name] as PolicyFactory, candidates('a', 'b', 'c', 'd'), 20_000);
    // Four standard deviations of a fair draw.
    for (const id of 'abcd') expect(Math.abs((shares.get(id) ?? 0) - 5000)).toBeLessThan(245);
  });

  const followers = ['random', 'two-choices', 'peak-ewma', 'prequal', 'rendezvous-hash', 'maglev-hash', 'bounded-hash'];
  const latencies = ['have no history', 'are equally fast'].map((what, index) => [what, index * 10] as const);
  test.each(followers.flatMap((name) => latencies.map(([what, ms]) => [name, what, ms] as const)))(
    '%s follows the weights of idle origins that %s',
    (name, _what, latencyMs) => {
      const weights = { a: 4, b: 3, c: 2, d: 1 };
      const list = Object.entries(weights).map(([id, weight]) => Object.assign(candidate(id, weight), { latencyMs }));
      const shares = sharesOf(policies[name] as PolicyFactory, list, 20_000);
      for (const [id, weight] of Object.entries(weights)) expect(Math.abs((shares.get(id) ?? 0) - 2000 * weight)).toBeLessThan(280);
    },
  );

  test.each(['peak-ewma', 'prequal'])('%s takes more to an origin of more weight while all are equally fast and busy', (name) => {
    const policy = (policies[name] as PolicyFactory)(env());
    const list = [candidate('heavy', 3), candidate('b'), candidate('c'), candidate('d')];
    for (const one of list) one.latencyMs = 10;
    for (let i = 0; i < 600; i++) (policy.select(list, keyed(i)).candidate as Changeable).inFlight += 1;
    expect(list.map(({ inFlight }) => Math.round(inFlight / 10) * 10)).toEqual([300, 100, 100, 100]);
  });
});
