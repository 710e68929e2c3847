import { expect, test } from '@jest/globals';
import { Ejections } from '../../../src/brain/health/ejections.ts';

const seconds = 1000;

test('each ejection that follows another is twice as long, up to 5 minutes', () => {
  const ejections = new Ejections();
  let now = 0;
  const lengths = Array.from({ length: 8 }, () => {
    const length = ejections.begin(now);
    now += length;
    return length / seconds;
  });
  expect(lengths).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
});

test('each 10 s without one halves the next', () => {
  const ejections = new Ejections();
  ejections.begin(0);
  ejections.begin(10 * seconds);
  expect(ejections.begin(30 * seconds) / seconds).toBe(40);
  const end = 70 * seconds;
  expect(ejections.begin(end + 25 * seconds) / seconds).toBe(20);
});

test('one that behaved for long starts anew', () => {
  const ejections = new Ejections();
  for (let i = 0; i < 6; i++) ejections.begin(0);
  expect(ejections.begin(3600 * seconds) / seconds).toBe(10);
});

test('one that was cut short leaves more time in which to behave', () => {
  const ejections = new Ejections();
  for (const at of [0, 10, 30]) ejections.begin(at * seconds);
  ejections.cutShort(35 * seconds);
  expect(ejections.begin(55 * seconds) / seconds).toBe(20);
});
