import { describe, expect, test } from '@jest/globals';
import type { Status, Tick } from '../../../src/admin/api.ts';
import { Board } from '../../../src/admin/dashboard/board.ts';
import { Changes } from '../../../src/admin/dashboard/changes/changes.ts';
import { Throttle } from '../../../src/admin/dashboard/changes/throttle.ts';
import { type HashedKey, withKey } from '../../../src/admin/dashboard/picture/hashed-keys.ts';
import { markOf } from '../../../src/admin/dashboard/picture/policy-marks.ts';
import { decision, exchange, report } from './exchanges.ts';
import { live } from './live.ts';

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
  },
  pools: [{ name: 'default', policy: 'round-robin', running: 0, waiting: 0, pausedMs: 0, isDeploying: false }],
  routes: [],
  origins: [live('a:1'), live('b:2')],
  ...changes,
});
const tick = (changes: Partial<Tick>): Tick => ({
  ...{ at: 0, policy: 'round-robin', live: [], running: 0, waiting: 0, exchanges: [], unseen: 0 },
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
        running: 3,
        waiting: 1,
      }),
    });
    expect(board.origins[0]).toMatchObject({ id: 'a:1', inFlight: 3, picks: 9, latencyMs: 1.5, lastTurn: 17 });
    expect([board.running, board.waiting]).toEqual([3, 1]);
    board.apply({ name: 'tick', data: tick({ live: [[8, 8, 8, 8]] }) });
    expect(board.origins[0]?.inFlight).toBe(3);
  });

  test('begins anew with a snapshot', () => {
    const board = begun();
    board.apply({ name: 'snapshot', data: { status: status({ origins: [live('c:3')] }), exchanges: [], seconds: [] } });
    expect([board.exchanges(), board.origins.map(({ id }) => id), board.latest()]).toEqual([[], ['c:3'], undefined]);
  });
});

describe('changes', () => {
  test('are told from one state to the next, and nothing for the first', () => {
    const changes = new Changes();
    expect(changes.note('random', [live('a:1'), live('b:2')])).toEqual([]);
    expect(changes.note('random', [live('a:1'), live('b:2', { state: 'down', reason: 'ECONNREFUSED' })])).toEqual([
      'b:2 is down: ECONNREFUSED',
    ]);
    expect(changes.note('first', [live('c:3', { reason: 'new' }), live('b:2', { state: 'down', reason: 'other' })])).toEqual([
      'the policy is first now',
      'c:3 has joined, ready: new',
      'a:1 has left',
    ]);
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
