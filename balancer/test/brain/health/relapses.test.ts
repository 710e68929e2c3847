import { expect, test } from '@jest/globals';
import { Relapses } from '../../../src/brain/health/relapses.ts';

test('the first return is at once, each further one waits twice as long, up to 5 minutes', () => {
  const relapses = new Relapses();
  let now = 0;
  const waits = Array.from({ length: 11 }, () => {
    const wait = relapses.fell(now, 2000);
    now += wait;
    return wait / 1000;
  });
  expect(waits).toEqual([0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test('time in which it behaves is forgiven, and one that is needed waits an interval only', () => {
  const relapses = new Relapses();
  for (let i = 0; i < 3; i++) relapses.fell(0, 2000);
  expect([relapses.mayReturn(1999, true), relapses.mayReturn(2000, true)]).toEqual([false, true]);
  expect([relapses.mayReturn(3999, false), relapses.mayReturn(4000, false)]).toEqual([false, true]);
  expect(relapses.fell(34_000, 2000)).toBe(0);
});
