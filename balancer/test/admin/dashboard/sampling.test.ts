import { expect, test } from '@jest/globals';
import { mostDots } from '../../../src/admin/dashboard/picture/flights.ts';
import { Sampling } from '../../../src/admin/dashboard/picture/sampling.ts';

/** Dots a second after ten seconds at a rate of which so many are shown in each tick. */
function dotsAt(perSecond: number, shownPerTick: number): { perDot: number; dots: number } {
  const sampling = new Sampling();
  let dots = 0;
  for (let tick = 1; tick <= 100; tick += 1) {
    const all = perSecond / 10;
    const shown = Math.min(all, shownPerTick);
    const admitted = sampling.admit(shown, all - shown, tick * 100);
    if (tick > 90) dots += admitted;
  }
  return { perDot: sampling.perDot, dots };
}

test('each request has a dot while there are few', () => {
  expect(dotsAt(20, 50)).toEqual({ perDot: 1, dots: 20 });
});

test.each([
  [50, 2],
  [500, 20],
  [5000, 200],
])('at %i a second a dot stands for %i', (perSecond, perDot) => {
  const sampled = dotsAt(perSecond, 50);
  expect(sampled.perDot).toBe(perDot);
  expect(sampled.dots).toBeGreaterThanOrEqual(Math.floor(perSecond / perDot) - 1);
  expect(sampled.dots * 1.4).toBeLessThanOrEqual(mostDots + 1);
});

test('comes back to one for one when it gets quiet', () => {
  const sampling = new Sampling();
  for (let tick = 1; tick <= 50; tick += 1) sampling.admit(50, 450, tick * 100);
  expect(sampling.perDot).toBe(200);
  for (let second = 1; second <= 10; second += 1) sampling.admit(0, 0, 5000 + second * 1000);
  expect([sampling.perDot, sampling.admit(1, 0, 16_000)]).toEqual([1, 1]);
});

test('is one for one again soon after a burst, at a rate that can be followed', () => {
  const sampling = new Sampling();
  sampling.admit(50, 0, 100);
  for (let tick = 2; tick <= 60; tick += 1) sampling.admit(2, 0, tick * 100);
  expect(sampling.perDot).toBe(1);
});
