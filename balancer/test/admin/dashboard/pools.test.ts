import { describe, expect, test } from '@jest/globals';
import { hashOf, poolIn, tabAfter } from '../../../src/admin/dashboard/pools/chosen.ts';
import { calledIn, newsOf, workOf } from '../../../src/admin/dashboard/pools/pool-words.ts';
import { pool } from './live.ts';

describe('the page’s address', () => {
  test.each(['shop', 'a', '0-b_c'])('names pool %s, and gives it back', (name) => {
    expect(poolIn(hashOf(name))).toBe(name);
  });

  test.each(['', '#', '#picture', '#pool=', '#pool=Shop', '#pool=-a', '#pool=a b', '#pool=<img>', '#x&pool=a', 'pool=a'])(
    'names no pool where it has %j behind it',
    (hash) => {
      expect(poolIn(hash)).toBeUndefined();
    },
  );
});

test('keys lead from tab to tab, and from one end to the other', () => {
  expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'Tab'].map((key) => tabAfter(key, 1, 3))).toEqual([2, 0, 0, 2, undefined]);
  expect([tabAfter('ArrowRight', 2, 3), tabAfter('ArrowLeft', 0, 3)]).toEqual([0, 2]);
});

test('a pool says what it has to do, and who waits only where somebody does', () => {
  expect([workOf(pool('a', { running: 1200 })), workOf(pool('a', { running: 12, waiting: 3 }))]).toEqual([
    ...['1,200 running', '12 running, 3 waiting'],
  ]);
});

test('a pool says for how long it is paused yet, and that a deploy is under way', () => {
  expect(newsOf(pool('a'))).toBe('');
  expect(newsOf(pool('a', { pausedMs: 11_400 }))).toBe('paused for 12 s');
  expect(newsOf(pool('a', { pausedMs: 1, isDeploying: true }))).toBe('paused for 1 s, deploy under way');
});

test('origins are told apart by their pools, as in the log', () => {
  expect([calledIn('default', 'a:1'), calledIn('shop', 'a:1')]).toEqual(['a:1', 'a:1 of shop']);
});
