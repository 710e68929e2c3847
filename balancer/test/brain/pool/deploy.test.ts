import { expect, test } from '@jest/globals';
import { Deploy, type DeployEnding, SamePlace } from '../../../src/brain/pool/deploy.ts';
import { LastOrigin } from '../../../src/brain/pool/main-roster.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { SimulatedWorld } from '../../../src/simulate/world.ts';
import { ownLedger, ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';

const [a, b, c, d] = [1, 2, 3, 4].map(originAt) as [Origin, Origin, Origin, Origin];

/** A pool of the first two, whose time a test moves, and deploys in it. */
function pooled() {
  const world = new SimulatedWorld(() => 0.5);
  const pool = ownPool([a, b], { maxConnections: 10, slowStart: 0 }, ownLedger(), world.now);
  const { roster } = pool;
  const endings: DeployEnding[] = [];
  const pass = (ms: number) => {
    const until = world.now() + ms;
    world.after(ms, () => {});
    while (world.step(until));
  };
  const deploy = (...wanted: Origin[]) => {
    const begun = new Deploy(wanted, { roster, world, timeout: 60_000, farewell: 15_000 }, (ending) => endings.push(ending));
    begun.begin();
    pass(0);
    return begun;
  };
  const portsOf = (origins: readonly { readonly origin: Origin }[]) => origins.map(({ origin }) => Number(origin.url.port));
  return {
    ...{ pool, roster, endings, pass, deploy },
    probe: (origin: Origin, problem?: string) => {
      roster.setHealth(origin, problem === undefined ? 'up' : 'down', problem ?? '1 of 1 probes passed', true);
      pass(0);
    },
    lease: (origin: Origin) => {
      const member = roster.memberAt(origin);
      if (!member) throw new Error('no such origin');
      return pool.lease(member);
    },
    takers: () => portsOf(pool.candidates([]) as unknown as { origin: Origin }[]),
    listed: () => portsOf(roster.members),
  };
}

test('nobody new gets anything until all who are new are well; then they take over at once, and the others go', () => {
  const { deploy, probe, takers, listed, endings } = pooled();
  deploy(c, d);
  expect([takers(), listed()]).toEqual([
    [1, 2],
    [1, 2, 3, 4],
  ]);
  probe(c);
  expect([takers(), endings]).toEqual([[1, 2], []]);
  probe(d);
  expect([takers(), listed(), endings]).toEqual([[3, 4], [3, 4], [{ isDone: true, stillThere: [] }]]);
});

test('it is over only when nothing runs any more at those of before', () => {
  const { deploy, probe, lease, takers, endings, pass } = pooled();
  const running = lease(a);
  deploy(c);
  probe(c);
  expect([takers(), endings]).toEqual([[3], []]);
  running.release();
  pass(0);
  expect(endings).toEqual([{ isDone: true, stillThere: [] }]);
});

test('nobody waits for ever for what does not end: it says who is still there', () => {
  const { deploy, probe, lease, endings, pass } = pooled();
  lease(b);
  deploy(c);
  probe(c);
  pass(14_999);
  expect(endings).toEqual([]);
  pass(1);
  expect(endings).toEqual([{ isDone: true, stillThere: [b.id] }]);
});

test('where one does not become well in time, nothing has changed, and it says who and why', () => {
  const { deploy, probe, takers, listed, endings, pass } = pooled();
  deploy(c, d);
  probe(c);
  probe(d, '1 of 1 probes failed, ECONNREFUSED');
  pass(60_000);
  const reason = 'not all are well after 60 s: 127.0.0.1:4 (1 of 1 probes failed, ECONNREFUSED)';
  expect([endings, takers(), listed()]).toEqual([[{ isDone: false, reason }], [1, 2], [1, 2]]);
});

test('one that was well and is not when the last one is keeps the others waiting', () => {
  const { deploy, probe, takers } = pooled();
  deploy(c, d);
  probe(c);
  probe(c, '3 of 3 probes failed, 500');
  probe(d);
  expect(takers()).toEqual([1, 2]);
  probe(c);
  expect(takers()).toEqual([3, 4]);
});

test('one that is well at first, and down in the same moment in which the last one is well, has not taken over', () => {
  const { deploy, probe, roster, takers, pass } = pooled();
  deploy(c, d);
  probe(c);
  roster.setHealth(d, 'up', 'well', true);
  roster.setHealth(c, 'down', 'just now', true);
  pass(0);
  expect(takers()).toEqual([1, 2]);
});

test('held origins get nothing, not even where nobody else is ready', () => {
  const { deploy, probe, takers } = pooled();
  deploy(c, d);
  probe(c);
  probe(a, 'gone');
  probe(b, 'gone');
  expect(takers()).toEqual([]);
});

test('who is there before and after stays with all that runs, and may weigh otherwise', () => {
  const { deploy, probe, lease, roster, takers, endings } = pooled();
  const running = lease(a);
  deploy({ ...a, weight: 7 }, c);
  probe(c);
  expect([takers(), endings]).toEqual([[1, 3], [{ isDone: true, stillThere: [] }]]);
  expect([roster.memberAt(a)?.weight, roster.memberAt(a)?.inFlight]).toEqual([7, 1]);
  running.release();
});

test('the same origins again are done at once', () => {
  const { deploy, endings, pass } = pooled();
  deploy(a, b);
  pass(0);
  expect(endings).toEqual([{ isDone: true, stillThere: [] }]);
});

test('given up, it leaves the list of before, and nothing of it happens afterwards', () => {
  const { deploy, probe, listed, endings, pass } = pooled();
  const begun = deploy(c, d);
  probe(c);
  begun.giveUp('the configuration has other origins now');
  probe(d);
  pass(100_000);
  expect([listed(), endings]).toEqual([[1, 2], [{ isDone: false, reason: 'the configuration has other origins now' }]]);
});

test('an origin at the place of another is refused, since two of one name can not be told apart', () => {
  const { deploy, listed } = pooled();
  expect(() => deploy({ ...a, url: new URL('https://127.0.0.1:1') })).toThrow(SamePlace);
  expect(() => deploy({ ...a, proxyProtocol: 'v2' })).toThrow(/is there by another scheme or proxy-protocol/);
  expect(listed()).toEqual([1, 2]);
});

test('while it is under way, nobody is taken out by hand on the strength of origins that get nothing yet', () => {
  const { deploy, probe, roster, listed, endings, pass } = pooled();
  probe(a, 'gone');
  probe(b, 'gone');
  deploy(c);
  roster.drain(b.id);
  expect(() => roster.drain(a.id)).toThrow(LastOrigin);
  pass(60_000);
  expect([listed(), endings]).toEqual([[1, 2], [expect.objectContaining({ isDone: false })]]);
});
