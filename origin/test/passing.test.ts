/** @jest-environment node */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Passing } from '../src/passing.ts';

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

function passing() {
  const seen: (string | undefined)[] = [];
  const value = new Passing<string>(
    () => new Date(),
    () => seen.push(value.value),
  );
  return { value, seen };
}

test('holds a value for as long as was said, and says when that ends', () => {
  const { value, seen } = passing();
  value.set('slow', 2);
  expect(value.endsAt).toEqual(new Date(2000));
  jest.advanceTimersByTime(1999);
  expect(value.value).toBe('slow');
  jest.advanceTimersByTime(1);
  expect([value.value, value.endsAt]).toEqual([undefined, undefined]);
  expect(seen).toEqual(['slow', undefined]);
});

test('a new value has a time of its own', () => {
  const { value, seen } = passing();
  value.set('slow', 2);
  jest.advanceTimersByTime(1000);
  value.set('slower', 2);
  jest.advanceTimersByTime(1500);
  expect(value.value).toBe('slower');
  jest.advanceTimersByTime(500);
  expect(seen).toEqual(['slow', 'slower', undefined]);
});

test('ends when told to, once', () => {
  const { value, seen } = passing();
  value.end();
  value.set('slow', 2);
  value.end();
  value.end();
  jest.runAllTimers();
  expect(seen).toEqual(['slow', undefined]);
});
