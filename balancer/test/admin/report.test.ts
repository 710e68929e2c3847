import { expect, test } from '@jest/globals';
import { History } from '../../src/admin/history.ts';
import { Reporter } from '../../src/admin/report.ts';
import type { Route } from '../../src/brain/route/route.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { routeOf } from '../brain/route/routes.ts';
import { ownLedger, ownPool } from '../ledger.ts';
import { originAt } from '../origins.ts';
import { shown } from './shown.ts';

/** A report of origins whose slow start takes 10 s, and a clock that a test moves. */
function reportOver(origins: readonly Origin[]) {
  const clock = { now: 0, routes: [] as Route[] };
  const ledger = ownLedger();
  const pool = ownPool(origins, { maxConnections: 100, slowStart: 10_000 }, ledger, () => clock.now);
  const now = () => clock.now;
  const pools = () => [shown(pool, ledger)];
  const reporter = new Reporter({
    ...{ pools, routes: () => clock.routes, house: ledger, now, begun: -2000, history: new History(pools, now), port: () => 0 },
    fixed: { version: '1', policies: [], threads: 1 },
    mode: () => ({ isDemo: false, isReadonly: true }),
  });
  return { pool, clock, ledger, reporter, shares: () => reporter.status().origins.map(({ expectedShare }) => expectedShare) };
}

const weighing = (port: number, weight: number): Origin => ({ ...originAt(port), weight });
const backup = (port: number): Origin => ({ ...originAt(port), backup: true });

test('the expected shares are those of the weights, among the origins that take requests now', () => {
  const { pool, shares } = reportOver([weighing(1, 3), weighing(2, 1), weighing(3, 0), backup(4)]);
  expect(shares()).toEqual([0.75, 0.25, 0, 0]);
  pool.roster.setHealth(originAt(1), 'down', 'no answer', true);
  expect(shares()).toEqual([0, 1, 0, 0]);
});

test('backups, and then origins of weight 0, are expected to take all once nobody else is ready', () => {
  const { pool, shares } = reportOver([originAt(1), backup(2), weighing(3, 0), weighing(4, 0)]);
  pool.roster.setHealth(originAt(1), 'down', 'no answer', true);
  expect(shares()).toEqual([0, 1, 0, 0]);
  pool.roster.setHealth(originAt(2), 'down', 'no answer', true);
  expect(shares()).toEqual([0, 0, 0.5, 0.5]);
});

test('an origin that warms up is expected to take less, in proportion', () => {
  const { pool, clock, shares } = reportOver([originAt(1), originAt(2)]);
  pool.roster.setHealth(originAt(2), 'down', 'no answer', true);
  pool.roster.setHealth(originAt(2), 'up', 'a good probe', true);
  clock.now = 5000;
  expect(shares()).toEqual([1 / 1.5, 0.5 / 1.5]);
  clock.now = 10_000;
  expect(shares()).toEqual([0.5, 0.5]);
});

test('routes are told in their order, as they are by now', () => {
  const { clock, reporter } = reportOver([originAt(1)]);
  expect(reporter.status().routes).toEqual([]);
  clock.routes = [routeOf({ match: { path: '/a' } }), routeOf({ number: 2 })];
  expect(reporter.status().routes.map(({ name }) => name)).toEqual(['route 1 (/a)', 'route 2 (everything)']);
});

test('what changes with every request is told by origin: in flight, picks, latency, last turn', () => {
  const { pool, ledger, reporter } = reportOver([originAt(1), originAt(2)]);
  const [, second] = pool.candidates([]);
  if (!second) throw new Error('there is no second candidate');
  const { tally } = pool.lease(second);
  tally.picked(0);
  tally.picked(7);
  const figures = pool.roster.members[1]?.figures;
  if (figures) Object.assign(figures, { latency: 12.345, latencyAt: 0, last: 9 });
  ledger.enter(3);
  expect(reporter.live()).toEqual({
    ...{ policy: 'round-robin', running: 3, waiting: 0, pools: [[3, 0]] },
    live: [
      [0, 0, 0, 0],
      [1, 2, 12.35, 9],
    ],
  });
});

test('the time since the start is that of the balancer, however late it is first asked for', () => {
  const { clock, reporter } = reportOver([originAt(1)]);
  clock.now = 500;
  expect(reporter.status().upMs).toBe(2500);
});
