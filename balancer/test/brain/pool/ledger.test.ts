import { describe, expect, test } from '@jest/globals';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';

/** Views of one ledger as two threads have them. */
function shared() {
  const memory = ledgerMemory();
  return [new Ledger(memory, 0, waits), new Ledger(memory, 1, waits)] as const;
}

describe('the figures of an origin', () => {
  test('are the same in every thread, and each origin’s are its own', () => {
    const [one, other] = shared();
    const figures = one.figuresIn(3);
    expect(figures.count(1)).toBe(1);
    expect(other.figuresIn(3).count(1)).toBe(2);
    Object.assign(figures, { last: 7, credit: -1.5, latency: 12.5, latencyAt: 1e12, heardAt: 2e12, isDoubted: true });
    expect(other.figuresIn(3)).toMatchObject({ inFlight: 2, last: 7, credit: -1.5, latency: 12.5, latencyAt: 1e12, heardAt: 2e12 });
    expect(other.figuresIn(3).isDoubted).toBe(true);
    for (const slot of [2, 4])
      expect(other.figuresIn(slot)).toMatchObject({ inFlight: 0, last: 0, credit: 0, latency: 0, isDoubted: false });
  });

  test('lose what a dead thread held, and nothing else', () => {
    const [one, other] = shared();
    one.figuresIn(0).count(2);
    other.figuresIn(0).count(3);
    one.figuresIn(0).reclaim(1);
    expect(one.figuresIn(0).inFlight).toBe(2);
    one.figuresIn(0).reclaim(1);
    expect(one.figuresIn(0).inFlight).toBe(2);
  });

  test('are forgotten when the slot is cleared', () => {
    const [one] = shared();
    one.figuresIn(0).count(2);
    one.figuresIn(0).last = 5;
    one.figuresIn(0).clear();
    expect(one.figuresIn(0)).toMatchObject({ inFlight: 0, last: 0 });
  });
});

test('origins to which connections keep failing are counted, each once, until they hold, or leave', () => {
  const [one, other] = shared();
  const [a, b] = [one.figuresIn(0), other.figuresIn(1)];
  a.lose();
  expect(one.lostOrigins).toBe(0);
  other.figuresIn(0).lose();
  expect(one.lostOrigins).toBe(1);
  a.lose();
  for (let count = 0; count < 3; count += 1) b.lose();
  expect(other.lostOrigins).toBe(2);
  other.figuresIn(0).regain();
  a.regain();
  expect(one.lostOrigins).toBe(1);
  one.clear(1);
  one.clear(0);
  expect(one.lostOrigins).toBe(0);
});

describe('the lock', () => {
  test('is given back whatever happens, with what was worked out', () => {
    const [one, other] = shared();
    expect(one.exclusively(() => 'done')).toBe('done');
    expect(() =>
      one.exclusively(() => {
        throw new Error('a mistake');
      }),
    ).toThrow('a mistake');
    expect(other.exclusively(() => 'done')).toBe('done');
  });

  test('of a thread that died with it is free again once that is reclaimed', () => {
    const [one, other] = shared();
    one.exclusively(() => {
      other.reclaim(0);
      expect(other.exclusively(() => 'mine')).toBe('mine');
    });
  });
});

describe('places', () => {
  test('are counted over all threads, and a dead thread’s are given back', () => {
    const [one, other] = shared();
    expect(one.enter(1)).toBe(1);
    expect(other.enter(2)).toBe(3);
    one.reclaim(1);
    expect(one.enter(0)).toBe(1);
  });

  test('that are given back are announced to who waits in another thread', async () => {
    const [one, other] = shared();
    const { announced } = one;
    const told = new Promise<void>((resolve) => one.whenPlace(announced, resolve));
    other.announcePlace();
    await told;
    await new Promise<void>((resolve) => one.whenPlace(announced, resolve));
    expect(other.announced).toBe(announced + 1);
  });
});

test('turns are numbered over all threads', () => {
  const [one, other] = shared();
  expect([one.nextTurn(), other.nextTurn(), one.nextTurn()]).toEqual([1, 2, 3]);
});

describe('who is served, who waits and who is connected', () => {
  test('is counted over all threads', () => {
    const [one, other] = shared();
    expect([one.enter(1), other.enter(2), one.enter(-1)]).toEqual([1, 3, 2]);
    expect([one.wait(1), other.wait(2), one.wait(-1)]).toEqual([1, 3, 2]);
    expect([one.connect(1), other.connect(2), one.connect(-1)]).toEqual([1, 3, 2]);
  });

  test('is no longer counted where a thread died, and nothing else', () => {
    const [one, other] = shared();
    for (const count of ['enter', 'wait', 'connect'] as const) {
      one[count](1);
      other[count](2);
    }
    one.reclaim(1);
    one.reclaim(1);
    expect([one.enter(0), one.wait(0), one.connect(0)]).toEqual([1, 1, 1]);
  });

  test('has a place of its own for each of 64 threads, and the main one', () => {
    const memory = ledgerMemory();
    const last = new Ledger(memory, 64, waits);
    last.enter(1);
    last.wait(2);
    last.connect(4);
    last.figuresIn(0).count(8);
    const first = new Ledger(memory, 0, waits);
    for (let thread = 0; thread < 64; thread += 1) {
      first.reclaim(thread);
      first.figuresIn(0).reclaim(thread);
    }
    expect([first.enter(0), first.wait(0), first.connect(0), first.figuresIn(0).inFlight]).toEqual([1, 2, 4, 8]);
    expect(first.figuresIn(1)).toMatchObject({ inFlight: 0, last: 0 });
  });
});
