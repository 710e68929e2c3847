import { expect, test } from '@jest/globals';
import type { Lease } from '../../../src/brain/pool/lease.ts';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { MainRoster } from '../../../src/brain/pool/main-roster.ts';
import type { Member } from '../../../src/brain/pool/member.ts';
import { Pool } from '../../../src/brain/pool/pool.ts';
import { seeded } from '../../../src/brain/seeded.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';
import { originAt } from '../../origins.ts';

const origins = [1, 2, 3, 4, 5].map((number) => originAt(number));
const [a, b] = origins as [(typeof origins)[number], (typeof origins)[number]];

/** A pool in which one may say how many attempts an origin may have. */
function poolOf(maxConnections: number, slowStart = 0) {
  let now = 0;
  const ledger = new Ledger(ledgerMemory(2), 0, waits);
  const roster = new MainRoster(origins, ledger, () => now);
  const pool = new Pool(roster, { maxConnections, slowStart }, ledger, () => now);
  return { pool, roster, pass: (ms: number) => (now += ms) };
}

/** A pool, things that can happen there, each at random, and who should be offered then. */
function lively(seed: number, most: number) {
  const { pool, roster } = poolOf(most);
  const random = seeded(seed);
  const oneOf = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const leases: Lease[] = [];
  const begin = () => {
    const candidate = oneOf(pool.candidates([]));
    if (candidate) leases.push(pool.lease(candidate));
    // An overload passes.
    else for (const lease of leases.splice(0)) lease.release();
  };
  const steps = [
    ...[begin, begin],
    () => leases.splice(Math.floor(random() * leases.length), 1)[0]?.release(),
    () => oneOf(leases)?.becomeTunnel(),
    () => oneOf(roster.members)?.figures.lose(),
    () => oneOf(roster.members)?.figures.regain(),
  ];
  const withRoom = () => roster.members.filter(({ placed }) => placed < most);
  const expected = (except: readonly string[] = []) => {
    const offered = withRoom().filter(({ origin }) => !except.includes(origin.id));
    const holds = offered.filter(({ figures: { lost } }) => lost < 2);
    return holds.length > 0 ? holds : offered;
  };
  return { pool, roster, step: () => oneOf(steps)?.(), withRoom, expected };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'whatever begins and ends, and wherever connections fail, those are offered who have room (seed %i)',
  (seed) => {
    const { pool, roster, step, withRoom, expected } = lively(seed, 4);
    let full = 0;
    for (let steps = 0; steps < 400; steps += 1) {
      step();
      expect(pool.candidates([])).toEqual(expected());
      expect(pool.candidates([a.id])).toEqual(expected([a.id]));
      if (withRoom().length < roster.members.length) full += 1;
    }
    expect(full).toBeGreaterThan(20);
  },
);

test('a list is the same one until something about it is otherwise', () => {
  const { pool, roster } = poolOf(2);
  const first = pool.candidates([]);
  pool.lease(first[0] as Member).release();
  expect(pool.candidates([])).toBe(first);
  roster.setHealth(a, 'down', 'no answer', true);
  const second = pool.candidates([]);
  expect(second).not.toBe(first);
  roster.setHealth(a, 'up', 'well again', true);
  roster.replace(origins.map((origin) => (origin === b ? { ...b, weight: 3 } : origin)));
  const third = pool.candidates([]);
  expect(third).not.toBe(first);
  expect(pool.candidates([])).toBe(third);
});

test('a list without somebody who is full is the same one while that stays so', () => {
  const { pool } = poolOf(1);
  const [full] = pool.candidates([]);
  const lease = pool.lease(full as Member);
  const rest = pool.candidates([]);
  expect(rest).toHaveLength(4);
  expect(pool.candidates([])).toBe(rest);
  lease.release();
  expect(pool.candidates([])).toHaveLength(5);
});

test('while an origin warms up each list is another, since its weights are', () => {
  const { pool, roster, pass } = poolOf(8, 1000);
  roster.setHealth(a, 'down', 'no answer', true);
  roster.setHealth(a, 'up', 'well again', true);
  pass(500);
  const warming = pool.candidates([]);
  expect(warming.map(({ weight }) => weight)).toEqual([0.5, 1, 1, 1, 1]);
  pass(100);
  expect(pool.candidates([])).not.toBe(warming);
  pass(500);
  const warm = pool.candidates([]);
  expect(warm.map(({ weight }) => weight)).toEqual([1, 1, 1, 1, 1]);
  expect(pool.candidates([])).toBe(warm);
});
