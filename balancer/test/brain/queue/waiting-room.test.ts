/** @jest-environment node */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { Pause } from '../../../src/brain/pool/pause.ts';
import { WaitingRoom } from '../../../src/brain/queue/waiting-room.ts';
import { world } from '../../../src/process/world.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';
import { ownLedger } from '../../ledger.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Clients, as the room knows them. */
const [a, b, c] = [1, 2, 3];

const room = () => new WaitingRoom(() => 1, ownLedger(), { maxWaiting: 2, maxWait: 1000, maxRunning: 'fair' }, world);

/** Somebody leaves, and the event loop turns once. */
function leave(one: WaitingRoom, who = a): void {
  one.leave(who);
  jest.advanceTimersByTime(0);
}

test('gives a place to who comes first, and the next one to who has waited longest', () => {
  const one = room();
  const told: string[] = [];
  expect(one.tryEnter(a)).toBe(true);
  expect(one.tryEnter(a)).toBe(false);
  one.wait(a, (admitted) => told.push(`a ${admitted}`));
  one.wait(a, (admitted) => told.push(`b ${admitted}`));
  leave(one);
  expect(told).toEqual(['a admitted']);
  leave(one);
  expect(told).toEqual(['a admitted', 'b admitted']);
  leave(one);
  expect(one.tryEnter(a)).toBe(true);
});

test('lets no more wait than it may', () => {
  const one = room();
  one.tryEnter(a);
  expect(one.wait(a, () => {})).toBeDefined();
  expect(one.wait(a, () => {})).toBeDefined();
  expect(one.wait(a, () => {})).toBeUndefined();
});

test('lets no more wait than it may in all threads together', () => {
  const memory = ledgerMemory();
  const [one, other] = [0, 1].map(
    (thread) => new WaitingRoom(() => 1, new Ledger(memory, thread, waits), { maxWaiting: 2, maxWait: 1000, maxRunning: 'fair' }, world),
  );
  one?.tryEnter(a);
  const giveUp = one?.wait(a, () => {});
  expect(other?.wait(a, () => {})).toBeDefined();
  expect(one?.wait(a, () => {})).toBeUndefined();
  expect(other?.wait(a, () => {})).toBeUndefined();
  giveUp?.();
  expect(other?.wait(a, () => {})).toBeDefined();
});

test('tells of a place that another thread gave back meanwhile only to who has begun to wait', async () => {
  jest.useRealTimers();
  const places = { count: 0 };
  const one = new WaitingRoom(() => places.count, ownLedger(), { maxWaiting: 2, maxWait: 1000, maxRunning: 'fair' }, world);
  expect(one.tryEnter(a)).toBe(false);
  places.count = 1;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let hasBegun = false;
  const giveUp = one.wait(a, (admitted) => resolve(admitted === 'admitted' && hasBegun));
  hasBegun = true;
  expect(await promise).toBe(true);
  giveUp?.();
});

test('lets nobody wait too long', () => {
  const one = room();
  const told: string[] = [];
  one.tryEnter(a);
  one.wait(a, (admitted) => told.push(admitted));
  jest.advanceTimersByTime(999);
  expect(told).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(told).toEqual(['late']);
  leave(one);
  expect(told).toEqual(['late']);
  expect(one.tryEnter(a)).toBe(true);
});

test('forgets who gave up waiting', () => {
  const one = room();
  const told: string[] = [];
  one.tryEnter(a);
  const giveUp = one.wait(a, () => told.push('a'));
  one.wait(a, () => told.push('b'));
  giveUp?.();
  leave(one);
  jest.advanceTimersByTime(1000);
  expect(told).toEqual(['b']);
});

/** A room of so many places, in which so many may wait. */
const roomOf = (places: number, maxWaiting: number, maxRunning: number | 'fair' = 'fair') =>
  new WaitingRoom(() => places, ownLedger(), { maxWaiting, maxWait: 1000, maxRunning }, world);

test('gives places to one client after the other, however many of one wait', () => {
  const one = roomOf(1, 100);
  const told: string[] = [];
  one.tryEnter(a);
  for (const name of ['a1', 'a2', 'a3', 'a4']) one.wait(a, () => told.push(name));
  for (const name of ['b1', 'b2']) one.wait(b, () => told.push(name));
  one.wait(c, () => told.push('c1'));
  for (const who of [a, a, b, c, a, b]) leave(one, who);
  expect(told).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

test('keeps places for others, however much one client asks for', () => {
  const one = roomOf(90, 100);
  let own = 0;
  while (one.tryEnter(a)) own += 1;
  expect(own).toBe(80);
  const told: string[] = [];
  one.wait(a, (ending) => told.push(ending));
  expect(one.tryEnter(b)).toBe(false);
  one.admit();
  let others = 0;
  while (one.tryEnter(b)) others += 1;
  expect(others).toBeGreaterThanOrEqual(5);
  expect(one.tryEnter(c)).toBe(true);
  leave(one, c);
  jest.advanceTimersByTime(1000);
  expect(told).toEqual(['at its share']);
});

test('keeps each client to a number where one is set', () => {
  const one = roomOf(10, 100, 2);
  expect([one.tryEnter(a), one.tryEnter(a), one.tryEnter(a), one.tryEnter(b)]).toEqual([true, true, false, true]);
  const told: string[] = [];
  one.wait(a, (ending) => told.push(ending));
  leave(one, a);
  expect(told).toEqual(['admitted']);
});

test('where too many wait, makes the latest of whoever has most of them go', () => {
  const one = roomOf(1, 3);
  const told: string[] = [];
  one.tryEnter(a);
  for (const name of ['a1', 'a2', 'a3']) one.wait(a, (ending) => told.push(`${name} ${ending}`));
  expect(one.wait(a, () => {})).toBeUndefined();
  expect(one.wait(b, (ending) => told.push(`b1 ${ending}`))).toBeDefined();
  expect(told).toEqual(['a3 displaced']);
  expect(one.wait(b, () => {})).toBeUndefined();
});

/** A room in which anybody gets a place but for a pause, and how waits in it have ended. */
function pausable(limits = { maxWait: 1000, mostWait: 60_000 }) {
  const ledger = ownLedger();
  const one = new WaitingRoom(() => Number.POSITIVE_INFINITY, ledger, { maxWaiting: 2, maxRunning: 'fair', ...limits }, world);
  const endings: string[] = [];
  const come = (client: number) => one.tryEnter(client) || one.wait(client, (ending) => endings.push(ending));
  return { pause: new Pause(ledger, world), come, endings };
}

test('in a pause nobody gets a place, and whoever comes waits longer than usual, until it is over by itself', async () => {
  const { pause, come, endings } = pausable();
  expect(come(a)).toBe(true);
  pause.begin(5000);
  come(b);
  jest.advanceTimersByTime(4999);
  expect([endings, Math.round(pause.left)]).toEqual([[], 1]);
  await jest.advanceTimersByTimeAsync(1);
  expect([endings, pause.left]).toEqual([['admitted'], 0]);
  expect(come(c)).toBe(true);
});

test('a pause that is ended lets all who wait go on', async () => {
  const { pause, come, endings } = pausable();
  pause.begin(5000);
  come(a);
  come(b);
  jest.advanceTimersByTime(1000);
  pause.end();
  await jest.advanceTimersByTimeAsync(1);
  expect(endings).toEqual(['admitted', 'admitted']);
});

test('who has waited when a pause begins is not turned away in it', async () => {
  const ledger = ownLedger();
  const one = new WaitingRoom(() => 1, ledger, { maxWaiting: 2, maxWait: 1000, mostWait: 60_000, maxRunning: 'fair' }, world);
  const pause = new Pause(ledger, world);
  const endings: string[] = [];
  one.tryEnter(a);
  one.wait(b, (ending) => endings.push(ending));
  jest.advanceTimersByTime(900);
  pause.begin(5000);
  jest.advanceTimersByTime(4000);
  leave(one);
  expect(endings).toEqual([]);
  await jest.advanceTimersByTimeAsync(1001);
  expect(endings).toEqual(['admitted']);
});

test('nobody waits longer than a request may take in all, pause or not', () => {
  const { pause, come, endings } = pausable({ maxWait: 1000, mostWait: 3000 });
  pause.begin(50_000);
  come(a);
  jest.advanceTimersByTime(2999);
  expect(endings).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(endings).toEqual(['late']);
});

test('a pause that is begun anew ends when the later one does', async () => {
  const { pause, come, endings } = pausable();
  pause.begin(1000);
  come(a);
  pause.begin(3000);
  await jest.advanceTimersByTimeAsync(2999);
  expect(endings).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(endings).toEqual(['admitted']);
});
