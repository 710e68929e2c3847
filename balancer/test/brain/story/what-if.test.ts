import { describe, expect, test } from '@jest/globals';
import type { Choice } from '../../../src/brain/exchange/choice.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { policies } from '../../../src/brain/select/policies.ts';
import type { SelectionPolicy } from '../../../src/brain/select/policy.ts';
import { whatIf } from '../../../src/brain/story/what-if.ts';
import { ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';

/** A pool over origins of different weights in the middle of its work, and policies that take turns in its ledger. */
function busyPool(weights: readonly number[]) {
  const ledger = ownLedger();
  const origins = weights.map((weight, index): Origin => ({ ...originAt(index + 1), weight }));
  let now = 0;
  const pool = ownPool(origins, { maxConnections: 100, slowStart: 0 }, ledger, () => now);
  const turns = { next: () => ledger.nextTurn(), of: (origin: Origin) => pool.roster.memberAt(origin)?.figures ?? { last: 0, credit: 0 } };
  const policy = (name: string) => policies[name]?.({ random: () => 0.4, now: () => now, turns }) as SelectionPolicy;
  const rotation = policy('round-robin');
  for (let i = 0; i < 17; i++) {
    const { candidate } = rotation.select(pool.candidates([]), { key: '' });
    const held = pool.lease(candidate);
    now += i;
    held.waited('responded');
    if (i % 3 > 0) held.release();
  }
  const choice: Choice = { policy: 'random', key: 'somebody', facts: undefined, view: pool.view(pool.candidates([]), []) };
  return { pool, policy, choice };
}

const exact = ['round-robin', 'least-requests', 'rendezvous-hash', 'maglev-hash', 'bounded-hash', 'first'];

describe.each([{ weights: [1, 1, 1, 1] }, { weights: [5, 1, 1] }])('over weights $weights', ({ weights }) => {
  test.each(exact)('%s would have picked what it does pick in that state', (name) => {
    const { pool, policy, choice } = busyPool(weights);
    const other = whatIf(choice, 'seed').find((each) => each.policy === name);
    const { candidate, facts } = policy(name).select(pool.candidates([]), { key: 'somebody' });
    expect(other).toEqual({ policy: name, origin: candidate.origin.id, why: facts.explain() });
  });
});

test('every policy is asked but the one that picked, and nothing changes', () => {
  const { pool, choice } = busyPool([2, 1, 1]);
  const figures = () => pool.roster.members.map(({ figures: { last, credit, inFlight } }) => [last, credit, inFlight]);
  const before = figures();
  expect(whatIf(choice, 'seed').map(({ policy }) => policy)).toEqual(Object.keys(policies).filter((name) => name !== 'random'));
  expect(figures()).toEqual(before);
});

test('chance comes out the same each time for one exchange, and differently over many', () => {
  const { choice } = busyPool([1, 1, 1, 1]);
  const drawn = (seed: string) => whatIf({ ...choice, policy: 'first' }, seed).find(({ policy }) => policy === 'random')?.origin;
  expect(drawn('one')).toBe(drawn('one'));
  const counts = new Map<string | undefined, number>();
  for (let i = 0; i < 120; i++) {
    const origin = drawn(`${i}`);
    counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  for (const count of counts.values()) expect(count).toBeGreaterThan(18);
  expect(counts.size).toBe(4);
});

test('each draw is another, for one policy and from one policy to the next', () => {
  const { choice } = busyPool([1, 1, 1, 1]);
  const pairs = new Set<string>();
  let alike = 0;
  for (let i = 0; i < 100; i++) {
    const others = whatIf({ ...choice, policy: 'first' }, `${i}`);
    const [, first = '', second = ''] =
      /^drew (\S+) .* and (\S+) /.exec(others.find(({ policy }) => policy === 'two-choices')?.why ?? '') ?? [];
    pairs.add(`${first} ${second}`);
    if (first === others.find(({ policy }) => policy === 'random')?.origin) alike += 1;
  }
  expect(pairs.size).toBe(12);
  expect(alike).toBeLessThan(50);
});

test('nothing is said where not all candidates were kept, or there were none', () => {
  const { choice } = busyPool(Array.from({ length: 40 }, () => 1));
  expect(whatIf(choice, 'seed')).toEqual([]);
  expect(whatIf({ ...choice, view: { ...choice.view, candidates: [], candidatesInAll: 0 } }, 'seed')).toEqual([]);
});
