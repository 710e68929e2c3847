import { describe, expect, test } from '@jest/globals';
import { History } from '../../src/admin/history.ts';
import { ownLedger, ownPool } from '../ledger.ts';
import { originAt } from '../origins.ts';
import { shown } from './shown.ts';

/** A history over origins at the given ports, with a clock that a test moves. */
function historyOver(...ports: number[]) {
  const clock = { now: 0 };
  const ledger = ownLedger();
  const pool = ownPool(ports.map(originAt), { maxConnections: 100, slowStart: 0 }, ledger, () => clock.now);
  const own = shown(pool, ledger);
  const history = new History(
    () => [own],
    () => clock.now,
  );
  const member = (port: number) => {
    const found = pool.roster.memberCalled(`127.0.0.1:${port}`);
    if (!found) throw new Error(`there is no origin at ${port}`);
    return found;
  };
  /** So many requests that took so many ms each. */
  const serve = (port: number, count: number, ms: number) => {
    const { tally } = member(port);
    for (let i = 0; i < count; i++) {
      tally.picked(0);
      tally.took(ms);
      tally.ended('2xx');
    }
  };
  const second = () => {
    clock.now += 1000;
    return history.sample();
  };
  return { history, own, pool, member, serve, second };
}

describe('a second', () => {
  test('has what happened in it, by origin, and how long it took over all', () => {
    const { serve, second, member } = historyOver(1, 2);
    serve(1, 98, 8);
    serve(2, 2, 800);
    member(2).tally.ended('timeouts');
    member(2).tally.ended('5xx');
    const { at, p50, p99, attempts, errors } = second();
    expect({ at, attempts, errors }).toEqual({
      at: 1000,
      attempts: { '127.0.0.1:1': 98, '127.0.0.1:2': 4 },
      errors: { '127.0.0.1:1': 0, '127.0.0.1:2': 2 },
    });
    expect(Math.abs((p50 ?? 0) - 8)).toBeLessThan(1);
    expect(Math.abs((p99 ?? 0) - 800)).toBeLessThan(100);
    expect(second()).toEqual({
      at: 2000,
      p50: null,
      p99: null,
      attempts: { '127.0.0.1:1': 0, '127.0.0.1:2': 0 },
      errors: { '127.0.0.1:1': 0, '127.0.0.1:2': 0 },
    });
  });

  test('has the times of each pool apart where there are several, and attempts by origin and pool', () => {
    const clock = { now: 0 };
    const pools = ['default', 'api'].map((name) => {
      const ledger = ownLedger();
      const pool = ownPool([originAt(1)], { maxConnections: 100, slowStart: 0 }, ledger, () => clock.now);
      return { ...shown(pool, ledger), name, calls: (id: string) => (name === 'default' ? id : `${id} of ${name}`) };
    });
    const history = new History(
      () => pools,
      () => clock.now,
    );
    const [first, second] = pools.map(({ roster }) => roster.members[0]?.tally);
    first?.took(8);
    second?.took(800);
    second?.ended('2xx');
    const { attempts, p50, pools: times } = history.sample();
    expect(attempts).toEqual({ '127.0.0.1:1': 0, '127.0.0.1:1 of api': 1 });
    expect(Math.abs((p50 ?? 0) - 8)).toBeLessThan(1);
    expect(Math.abs((times?.['default']?.p99 ?? 0) - 8)).toBeLessThan(1);
    expect(Math.abs((times?.['api']?.p50 ?? 0) - 800)).toBeLessThan(100);
  });

  test('is remembered for five minutes', () => {
    const { history, second } = historyOver(1);
    for (let i = 0; i < 310; i++) second();
    expect([history.seconds.length, history.seconds.at(-1)?.at, history.seconds[0]?.at]).toEqual([300, 310_000, 11_000]);
  });

  test('never has less than nothing of an origin that came in another’s place', () => {
    const { pool, serve, second } = historyOver(1, 2);
    serve(2, 50, 1);
    second();
    pool.roster.replace([originAt(1), originAt(3)]);
    serve(3, 5, 1);
    expect(second()).toMatchObject({ attempts: { '127.0.0.1:1': 0, '127.0.0.1:3': 0 }, p50: null });
    serve(3, 5, 1);
    expect(second().attempts).toEqual({ '127.0.0.1:1': 0, '127.0.0.1:3': 5 });
  });
});

test('an origin that came just now has no rate yet', () => {
  const { history, own, member } = historyOver(1);
  expect(history.recentOf({ in: own, member: member(1) })).toEqual({ seconds: 0, n: 0, perSecond: 0, p50: null, p95: null, p99: null });
});

test('the latest ten seconds of an origin forget what was before', () => {
  const { history, own, member, serve, second } = historyOver(1);
  serve(1, 100, 500);
  for (let i = 0; i < 10; i++) second();
  expect(history.recentOf({ in: own, member: member(1) })).toMatchObject({ n: 0, p50: null });
  serve(1, 20, 4);
  second();
  const { seconds, n, perSecond, p99 } = history.recentOf({ in: own, member: member(1) });
  expect([seconds, n, perSecond]).toEqual([9, 20, 20 / 9]);
  expect(Math.abs((p99 ?? 0) - 4)).toBeLessThan(0.5);
});
