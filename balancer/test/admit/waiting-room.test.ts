import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { WaitingRoom } from '../../src/admit/waiting-room.ts';
import { Ledger, ledgerMemory } from '../../src/pool/ledger.ts';
import { ownLedger } from '../ledger.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const room = () => new WaitingRoom(() => 1, ownLedger(), { maxWaiting: 2, maxWait: 1000 });

/** Somebody leaves, and the event loop turns once. */
function leave(one: WaitingRoom): void {
  one.leave();
  jest.advanceTimersByTime(0);
}

test('gives a place to who comes first, and the next one to who has waited longest', () => {
  const one = room();
  const told: string[] = [];
  expect(one.tryEnter()).toBe(true);
  expect(one.tryEnter()).toBe(false);
  one.wait((admitted) => told.push(`a ${admitted}`));
  one.wait((admitted) => told.push(`b ${admitted}`));
  leave(one);
  expect(told).toEqual(['a true']);
  leave(one);
  expect(told).toEqual(['a true', 'b true']);
  leave(one);
  expect(one.tryEnter()).toBe(true);
});

test('lets no more wait than it may', () => {
  const one = room();
  one.tryEnter();
  expect(one.wait(() => {})).toBeDefined();
  expect(one.wait(() => {})).toBeDefined();
  expect(one.wait(() => {})).toBeUndefined();
});

test('lets no more wait than it may in all threads together', () => {
  const memory = ledgerMemory();
  const [one, other] = [0, 1].map((thread) => new WaitingRoom(() => 1, new Ledger(memory, thread), { maxWaiting: 2, maxWait: 1000 }));
  one?.tryEnter();
  const giveUp = one?.wait(() => {});
  expect(other?.wait(() => {})).toBeDefined();
  expect(one?.wait(() => {})).toBeUndefined();
  expect(other?.wait(() => {})).toBeUndefined();
  giveUp?.();
  expect(other?.wait(() => {})).toBeDefined();
});

test('tells of a place that another thread gave back meanwhile only to who has begun to wait', async () => {
  jest.useRealTimers();
  const places = { count: 0 };
  const one = new WaitingRoom(() => places.count, ownLedger(), { maxWaiting: 2, maxWait: 1000 });
  expect(one.tryEnter()).toBe(false);
  places.count = 1;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let hasBegun = false;
  const giveUp = one.wait((admitted) => resolve(admitted && hasBegun));
  hasBegun = true;
  expect(await promise).toBe(true);
  giveUp?.();
});

test('lets nobody wait too long', () => {
  const one = room();
  const told: boolean[] = [];
  one.tryEnter();
  one.wait((admitted) => told.push(admitted));
  jest.advanceTimersByTime(999);
  expect(told).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(told).toEqual([false]);
  leave(one);
  expect(told).toEqual([false]);
  expect(one.tryEnter()).toBe(true);
});

test('forgets who gave up waiting', () => {
  const one = room();
  const told: string[] = [];
  one.tryEnter();
  const giveUp = one.wait(() => told.push('a'));
  one.wait(() => told.push('b'));
  giveUp?.();
  leave(one);
  jest.advanceTimersByTime(1000);
  expect(told).toEqual(['b']);
});
