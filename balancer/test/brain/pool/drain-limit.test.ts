/** @jest-environment node */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { limitDrains } from '../../../src/brain/pool/drain-limit.ts';
import { world } from '../../../src/process/world.ts';
import { ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A pool of two, with a request at the first; who was cut so far. */
function drained() {
  const pool = ownPool([originAt(1), originAt(2)], { maxConnections: 1, slowStart: 0 }, ownLedger(), () => 0);
  const [busy] = pool.candidates([]);
  if (!busy) throw new Error('no candidate');
  const lease = pool.lease(busy);
  const cut: string[] = [];
  limitDrains(
    pool.roster,
    () => 1000,
    ({ id }) => cut.push(id),
    world.after,
  );
  return { roster: pool.roster, release: () => lease.release(), cut };
}

test('what still runs at the end of a drain’s time is cut', () => {
  const { roster, cut } = drained();
  roster.drain('127.0.0.1:1');
  jest.advanceTimersByTime(999);
  expect(cut).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(cut).toEqual(['127.0.0.1:1']);
});

test('also at an origin that is no longer listed', () => {
  const { roster, cut } = drained();
  roster.replace([originAt(2)]);
  jest.advanceTimersByTime(1000);
  expect(cut).toEqual(['127.0.0.1:1']);
});

test('nothing is cut where all has finished, or the origin is back', () => {
  const finished = drained();
  finished.roster.drain('127.0.0.1:1');
  finished.release();
  const enabled = drained();
  enabled.roster.drain('127.0.0.1:1');
  enabled.roster.enable('127.0.0.1:1');
  const listed = drained();
  listed.roster.replace([originAt(2)]);
  listed.roster.replace([originAt(1), originAt(2)]);
  jest.advanceTimersByTime(5000);
  expect([...finished.cut, ...enabled.cut, ...listed.cut]).toEqual([]);
});
