import { describe, expect, test } from '@jest/globals';
import type { Status, Tick } from '../../../src/admin/api.ts';
import { Board } from '../../../src/admin/dashboard/board.ts';
import { Changes } from '../../../src/admin/dashboard/changes/changes.ts';
import { Throttle } from '../../../src/admin/dashboard/changes/throttle.ts';
import { type HashedKey, withKey } from '../../../src/admin/dashboard/picture/hashed-keys.ts';
import { markOf } from '../../../src/admin/dashboard/picture/policy-marks.ts';
import { decision, exchange, report } from './exchanges.ts';
import { live, pool } from './live.ts';

const status = (changes: Partial<Status> = {}): Status => ({
  ...{
    version: '',
    policy: 'round-robin',
    policies: ['round-robin'],
    threads: 1,
    port: 8080,
    upMs: 1000,
    clients: 0,
    running: 0,
    tunnels: 0,
    waiting: 0,
    isDemo: true,
    isReadonly: false,
  },
  pools: [pool('default')],
  routes: [],
  origins: [live('a:1'), live('b:2')],
  ...changes,
});
const tick = (changes: Partial<Tick>): Tick => ({
  ...{ at: 0, policy: 'round-robin', live: [], running: 0, waiting: 0, pools: [], exchanges: [], unseen: 0 },
  ...changes,
});

function begun(): Board {
  const board = new Board();
  board.apply({
    name: 'snapshot',
    data: { status: status(), exchanges: [exchange('2', { at: 2 }), exchange('1', { at: 1 })], seconds: [] },
  });
  return board;
}

describe('the board', () => {
  test('lists the latest exchange first, and one that goes on stays where it is', () => {
    const board = begun();
    board.apply({ name: 'tick', data: tick({ exchanges: [exchange('3'), exchange('1', { status: 502 })] }) });
    expect(board.exchanges().map(({ id, status: told }) => `${id} ${told}`)).toEqual(['3 200', '2 200', '1 502']);
    expect([board.knows('3'), board.knows('4')]).toEqual([true, false]);
  });

  test('keeps the last 500 exchanges and 300 seconds', () => {
    const board = begun();
    board.apply({ name: 'tick', data: tick({ exchanges: Array.from({ length: 600 }, (_, n) => exchange(`n${n}`)) }) });
    for (let at = 0; at < 400; at += 1) board.apply({ name: 'second', data: { at, p50: 1, p99: 2, attempts: { 'a:1': at }, errors: {} } });
    expect([board.exchanges().length, board.exchanges()[0]?.id, board.seconds.length, board.perSecond]).toEqual([500, 'n599', 300, 399]);
  });

  test('has the figures of the latest tick, unless the origins are others by now', () => {
    const board = begun();
    board.apply({
      name: 'tick',
      data: tick({
        live: [
          [3, 9, 1.5, 17],
          [0, 0, 0, 0],
        ],
        pools: [[3, 1]],
      }),
    });
    expect(board.origins[0]).toMatchObject({ id: 'a:1', inFlight: 3, picks: 9, latencyMs: 1.5, lastTurn: 17 });
    expect([board.pool?.running, board.pool?.waiting]).toEqual([3, 1]);
    board.apply({ name: 'tick', data: tick({ live: [[8, 8, 8, 8]], policy: 'random' }) });
    expect([board.origins[0]?.inFlight, board.policy]).toEqual([3, 'round-robin']);
    board.apply({ name: 'tick', data: tick({ policy: 'random', pools: [[0, 0]] }) });
    expect(board.policy).toBe('random');
  });

  test('begins anew with a snapshot', () => {
    const board = begun();
    board.apply({ name: 'snapshot', data: { status: status({ origins: [live('c:3')] }), exchanges: [], seconds: [] } });
    expect([board.exchanges(), board.origins.map(({ id }) => id), board.latest()]).toEqual([[], ['c:3'], undefined]);
  });
});

describe('the board of several pools', () => {
  const shop = [live('a:1', { pool: 'shop', picks: 4 }), live('b:2', { pool: 'shop', picks: 4 })];
  const api = [live('a:1', { pool: 'api', picks: 7 })];
  const two = (changes: Partial<Status> = {}) =>
    status({ policy: '', pools: [pool('shop'), pool('api', { policy: 'random' })], origins: [...shop, ...api], ...changes });
  const over = (data: Status, chosen = ''): Board => {
    const board = new Board();
    board.choose(chosen);
    board.apply({ name: 'snapshot', data: { status: data, exchanges: [], seconds: [] } });
    return board;
  };
  const seen = (board: Board) => [board.pool?.name, board.policy, board.side, board.origins.map(({ picks }) => picks)];

  test('is about the first, until another is chosen', () => {
    const board = over(two());
    expect(seen(board)).toEqual(['shop', 'round-robin', '/api/pools/shop', [4, 4]]);
    board.choose('api');
    expect(seen(board)).toEqual(['api', 'random', '/api/pools/api', [7]]);
  });

  test('remembers what was chosen before it was there, and is about the first while it is not', () => {
    const board = over(two({ pools: [pool('shop'), pool('old')], origins: shop }), 'api');
    expect(board.pool?.name).toBe('shop');
    board.apply({ name: 'status', data: two() });
    expect(board.pool?.name).toBe('api');
  });

  test('asks for the only pool without its name', () => {
    expect(over(status()).side).toBe('/api');
  });

  test('gives a tick’s figures to each pool and to its origins', () => {
    const board = over(two(), 'api');
    const counts = [
      [2, 0],
      [5, 3],
    ] as const;
    const figures = [
      [1, 5, 0, 0],
      [1, 5, 0, 0],
      [8, 9, 2.5, 0],
    ] as const;
    board.apply({ name: 'tick', data: tick({ policy: '', pools: counts, live: figures }) });
    expect(board.pools.map(({ running, waiting, policy }) => [running, waiting, policy])).toEqual([
      [2, 0, 'round-robin'],
      [5, 3, 'random'],
    ]);
    expect(board.origins).toMatchObject([{ inFlight: 8, picks: 9, latencyMs: 2.5 }]);
  });

  test('counts shares and requests a second in the pool alone', () => {
    const board = over(two());
    const later = [
      live('a:1', { pool: 'shop', picks: 5 }),
      live('b:2', { pool: 'shop', picks: 7 }),
      live('a:1', { pool: 'api', picks: 99 }),
    ];
    board.apply({ name: 'status', data: two({ upMs: 2000, origins: later }) });
    expect([board.shares.of('a:1'), board.shares.of('b:2')]).toEqual([0.25, 0.75]);
    const attempts = { 'a:1 of shop': 1, 'b:2 of shop': 3, 'a:1 of api': 92 };
    board.apply({ name: 'second', data: { at: 1, p50: 1, p99: 1, attempts, errors: {} } });
    expect(board.perSecond).toBe(4);
    board.choose('api');
    expect([board.shares.of('a:1'), board.perSecond]).toEqual([1, 92]);
  });

  test('shows the exchanges that a route led to it, while the only pool has all', () => {
    const briefs = [exchange('1', { pool: 'shop' }), exchange('2', { pool: 'api' }), exchange('3', { attempts: [] })];
    const here = (board: Board) => {
      board.apply({ name: 'tick', data: tick({ exchanges: briefs }) });
      return [board.latest()?.id, briefs.filter((brief) => board.isHere(brief)).map(({ id }) => id)];
    };
    expect(here(over(two()))).toEqual(['1', ['1']]);
    expect(here(over(two(), 'api'))).toEqual(['2', ['2']]);
    expect(here(over(status()))).toEqual(['2', ['1', '2', '3']]);
  });

  test('forgets what queues inside origins when it is about others', () => {
    const board = over(two());
    board.queued = new Map([['a:1', 3]]);
    board.choose('api');
    expect(board.queued.size).toBe(0);
  });
});

describe('changes', () => {
  test('are told from one state to the next, and nothing for the first', () => {
    const changes = new Changes();
    const random = [pool('default', { policy: 'random' })];
    expect(changes.note(random, [live('a:1'), live('b:2')])).toEqual([]);
    expect(changes.note(random, [live('a:1'), live('b:2', { state: 'down', reason: 'ECONNREFUSED' })])).toEqual([
      'b:2 is down: ECONNREFUSED',
    ]);
    expect(
      changes.note(
        [pool('default', { policy: 'first' })],
        [live('c:3', { reason: 'new' }), live('b:2', { state: 'down', reason: 'other' })],
      ),
    ).toEqual(['the policy is first now', 'c:3 has joined, ready: new', 'a:1 has left']);
  });

  test('are told of each pool by its name, where there are several, and also of what holds it back', () => {
    const changes = new Changes();
    const shop = live('a:1', { pool: 'shop' });
    changes.note([pool('shop'), pool('default')], [shop, live('a:1')]);
    const after = [pool('shop', { pausedMs: 9000, isDeploying: true }), pool('default', { policy: 'first' })];
    expect(changes.note(after, [{ ...shop, state: 'down', reason: 'ECONNREFUSED' }, live('a:1')])).toEqual([
      ...['pool shop is paused', 'a deploy in pool shop is under way', 'the policy of pool default is first now'],
      'a:1 of shop is down: ECONNREFUSED',
    ]);
    expect(changes.note([pool('shop', { pausedMs: 8000, isDeploying: true })], [shop])).toEqual([
      ...['a:1 of shop is ready: well', 'a:1 has left'],
    ]);
    expect(changes.note([pool('shop')], [shop])).toEqual(['the pool goes on', 'a deploy in the pool is over']);
  });

  test('are said together where they come too fast to be heard', () => {
    const throttle = new Throttle();
    expect(throttle.take(0)).toBeUndefined();
    throttle.add(['one']);
    expect(throttle.take(0)).toBe('one');
    throttle.add(['two', 'three', 'four']);
    throttle.add(['five']);
    expect(throttle.take(2000)).toBeUndefined();
    expect(throttle.take(2500)).toBe('three. four. five. And 1 more changes');
    expect(throttle.take(9000)).toBeUndefined();
  });
});

describe('what a policy makes of an origin', () => {
  const ready = [
    live('a:1', { lastTurn: 9, inFlight: 2 }),
    live('b:2', { lastTurn: 7, inFlight: 1 }),
    live('c:3', { lastTurn: 8, inFlight: 4 }),
  ];
  const marks = (policy: string, more: Partial<Parameters<typeof markOf>[1]> = {}) => {
    const state = { policy, ready, decision: undefined, keys: new Map<string, string[]>(), ...more };
    return state.ready.map((origin) => `${markOf(origin, state).kind}: ${markOf(origin, state).text}`);
  };

  test('round-robin: whose turn is next', () => {
    expect(marks('round-robin')).toEqual(['plain: 3rd in turn', 'next: next · has waited longest', 'plain: 2nd in turn']);
  });

  test('round-robin with weights: who has the most credit', () => {
    const weighted = [live('a:1', { effectiveWeight: 5, credit: -2 }), live('b:2', { credit: 1 })];
    expect(marks('round-robin', { ready: weighted })).toEqual(['next: next · credit 3', 'plain: credit 2']);
  });

  test('least-requests: who has fewest for its weight', () => {
    expect(marks('least-requests')).toEqual(['plain: 2 in flight', 'next: fewest in flight', 'plain: 4 in flight']);
  });

  test('two-choices: the two that were drawn, and the one that was taken', () => {
    const facts = { first: 'a:1', second: 'c:3', firstInFlight: 0, secondInFlight: 3 };
    const drawn = decision([report('a:1', { facts })], { policy: 'two-choices' });
    expect(marks('two-choices', { decision: drawn })).toEqual([
      'drawn: drawn · 0 in flight · taken',
      'plain: not drawn · 1 in flight',
      'drawn: drawn · 3 in flight',
    ]);
  });

  test('peak-ewma: the costs of the two that were drawn', () => {
    const facts = { first: 'b:2', second: 'c:3', firstCost: 12.345, secondCost: 1e8 };
    const drawn = decision([report('b:2', { facts })], { policy: 'peak-ewma' });
    expect(marks('peak-ewma', { decision: drawn })).toEqual([
      'plain: not drawn · no latency known',
      'drawn: drawn · cost 12.35 · taken',
      'drawn: drawn · cost unknown',
    ]);
  });

  test('a decision of another policy says nothing about this one', () => {
    const other = decision([report('a:1', { facts: { first: 'a:1', second: 'b:2' } })], { policy: 'peak-ewma' });
    expect(marks('two-choices', { decision: other })[0]).toBe('plain: not drawn · 2 in flight');
  });

  test('a hash: the keys that lead there', () => {
    expect(marks('maglev-hash', { keys: new Map([['a:1', ['10.0.0.1', '10.0.0.2']]]) }).slice(0, 2)).toEqual([
      'plain: keys 10.0.0.1, 10.0.0.2',
      'plain: no key seen yet',
    ]);
  });

  test('first: who takes all; and a backup waits', () => {
    expect(marks('first').slice(0, 2)).toEqual(['next: first in the list: takes all', 'plain: waits for those before it']);
    const state = { policy: 'first', ready, decision: undefined, keys: new Map() };
    expect(markOf(live('z:9', { backup: true }), state).text).toBe('a backup: waits until no other can');
  });

  test('a policy that this page does not know is no reason to fail', () => {
    expect(marks('tomorrow')[0]).toBe('plain: no latency known');
  });
});

describe('hashed keys', () => {
  const hashed = (keyHash: number, more = {}) => decision([report('a:1', { facts: { keyHash, ...more } })], { key: 'k' });

  test('are remembered once, the latest last', () => {
    const keys = [hashed(2 ** 31), hashed(2 ** 30, { slot: 7 }), hashed(2 ** 31)].reduce(withKey, [] as readonly HashedKey[]);
    expect(keys.map(({ at, inWords }) => [at, inWords])).toEqual([
      [0.25, 'key k → slot 7 → a:1'],
      [0.5, 'key k → 80000000 → a:1'],
    ]);
  });

  test('are not told by policies that do not hash, nor before any decision', () => {
    expect([withKey([], decision([report('a:1')])), withKey([], undefined)]).toEqual([[], []]);
  });

  test('are not more than can be seen', () => {
    let keys: readonly HashedKey[] = [];
    for (let n = 0; n < 100; n += 1) keys = withKey(keys, hashed(n));
    expect([keys.length, keys.at(-1)?.at]).toEqual([60, 99 / 2 ** 32]);
  });
});
