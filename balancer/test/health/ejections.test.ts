import { expect, test } from '@jest/globals';
import { Ejections } from '../../src/health/ejections.ts';

const seconds = 1000;

test('five bad answers in a row are enough, and a good one between starts the count again', () => {
  const ejections = new Ejections();
  const bad = (times: number) => Array.from({ length: times }, () => ejections.bad());
  expect(bad(4)).toEqual([false, false, false, false]);
  ejections.good();
  expect(bad(5)).toEqual([false, false, false, false, true]);
});

test('after an ejection it takes five again', () => {
  const ejections = new Ejections();
  for (let i = 0; i < 5; i++) ejections.bad();
  ejections.begin(0);
  expect(ejections.bad()).toBe(false);
});

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
