import { expect, test } from '@jest/globals';
import { Capacity } from '../src/capacity.ts';

/** A capacity with limits, and who was let in so far. */
function limited(most: number, mostWaiting: number) {
  const capacity = new Capacity();
  capacity.limit(most, mostWaiting);
  const served: string[] = [];
  return { capacity, served, take: (name: string) => capacity.take(() => served.push(name)) };
}

test('has no limit at first', () => {
  const capacity = new Capacity();
  for (let i = 0; i < 1000; i++) expect(capacity.take(() => {})).toBeDefined();
  expect([capacity.running, capacity.waiting]).toEqual([1000, 0]);
});

test('serves so many, has so many wait, and refuses the rest', () => {
  const { capacity, served, take } = limited(2, 1);
  expect(['a', 'b', 'c', 'd'].map((name) => take(name) !== undefined)).toEqual([true, true, true, false]);
  expect(served).toEqual(['a', 'b']);
  expect([capacity.running, capacity.waiting]).toEqual([2, 1]);
});

test('lets in who has waited longest when a place is given back', () => {
  const { served, take } = limited(1, 2);
  const leave = take('a');
  take('b');
  take('c');
  leave?.();
  expect(served).toEqual(['a', 'b']);
});

test('who leaves the queue gives up its place there', () => {
  const { capacity, served, take } = limited(1, 1);
  const leave = take('a');
  take('b')?.();
  expect(capacity.waiting).toBe(0);
  expect(take('c')).toBeDefined();
  leave?.();
  expect(served).toEqual(['a', 'c']);
});

test('gives a place back once, however often it is asked to', () => {
  const { capacity, take } = limited(1, 0);
  const leave = take('a');
  leave?.();
  take('b');
  leave?.();
  expect(capacity.running).toBe(1);
});

test('lets in at once whom a higher limit has room for, and sends nobody away for a lower one', () => {
  const { capacity, served, take } = limited(1, 2);
  for (const name of ['a', 'b', 'c']) take(name);
  capacity.limit(2, 0);
  expect(served).toEqual(['a', 'b']);
  expect([capacity.running, capacity.waiting]).toEqual([2, 1]);
  capacity.limit(1, 0);
  expect([capacity.running, capacity.waiting]).toEqual([2, 1]);
});
