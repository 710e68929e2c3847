import { expect, test } from '@jest/globals';
import { Lock, type Pause } from '../../src/brain/lock.ts';

/** Views of one lock, which is the third of four cells, as two threads have them. */
function shared(pause?: Pause) {
  const cells = new Int32Array(new SharedArrayBuffer(16));
  return { cells, one: new Lock(cells, 2, 0, pause), other: new Lock(cells, 2, 1, pause) };
}

test('a lock is given back whatever happens, with what was worked out, and touches no other cell', () => {
  const { cells, one, other } = shared();
  expect(one.exclusively(() => [...cells])).toEqual([0, 0, 1, 0]);
  expect(() =>
    one.exclusively(() => {
      throw new Error('a mistake');
    }),
  ).toThrow('a mistake');
  expect(other.exclusively(() => [...cells])).toEqual([0, 0, 2, 0]);
  expect([...cells]).toEqual([0, 0, 0, 0]);
});

test('who holds a lock and wants it again is told so, rather than wait for ever', () => {
  const { one, other } = shared();
  one.exclusively(() => expect(() => one.exclusively(() => 0)).toThrow('this thread holds the lock already'));
  expect(other.exclusively(() => 'free')).toBe('free');
});

test('who waits for a lock pauses now and then, at its cell, until it is free', () => {
  const pauses: number[] = [];
  const { cells, one } = shared((its, at) => {
    pauses.push(at);
    if (pauses.length === 3) Atomics.store(its, at, 0);
  });
  Atomics.store(cells, 2, 2);
  expect(one.exclusively(() => 'mine')).toBe('mine');
  expect(pauses).toEqual([2, 2, 2]);
});

test('a thread that was not told how to wait does not spin for ever', () => {
  const { one, other } = shared();
  other.exclusively(() => expect(() => one.exclusively(() => 0)).toThrow('this one was not told how to wait'));
});

test('the lock of a thread that died is free once that is reclaimed, and that of another is not', () => {
  const { one, other } = shared();
  one.exclusively(() => {
    other.reclaim(1);
    expect(() => other.exclusively(() => 0)).toThrow('another thread holds the lock');
    other.reclaim(0);
    expect(other.exclusively(() => 'mine')).toBe('mine');
  });
});

test('the lock of a thread that died is taken by who waits for it, in the end, and is not given back by that thread', () => {
  let pauses = 0;
  const { cells, one, other } = shared(() => {
    pauses += 1;
  });
  one.exclusively(() => {
    expect(other.exclusively(() => [...cells])).toEqual([0, 0, 2, 0]);
    Atomics.store(cells, 2, 2);
  });
  expect([pauses > 10_000, [...cells]]).toEqual([true, [0, 0, 2, 0]]);
});

test('a lock that goes from hand to hand is taken from nobody, however long one waits', () => {
  let pauses = 0;
  const { cells, one } = shared((its, at) => {
    pauses += 1;
    Atomics.store(its, at, pauses < 50_000 ? 2 + (Math.floor(pauses / 2) % 2) : 0);
  });
  Atomics.store(cells, 2, 2);
  expect(one.exclusively(() => pauses)).toBe(50_000);
});
