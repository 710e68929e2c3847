import { expect, test } from '@jest/globals';
import { PeakEwma } from '../../../src/brain/pool/peak-ewma.ts';

test('believes bad news at once and good news slowly, and fades while there is none', () => {
  const latency = new PeakEwma();
  expect(latency.read(0)).toBe(0);
  latency.observe(100, 0);
  expect(latency.read(0)).toBe(100);
  latency.observe(50, 1000);
  expect(latency.read(1000)).toBeCloseTo(95.2419, 4);
  latency.observe(200, 2000);
  expect(latency.read(2000)).toBe(200);
  expect(latency.read(12_000)).toBeCloseTo(73.5759, 4);
});

test('is not changed by whoever looks at it', () => {
  const [read, unread] = [new PeakEwma(), new PeakEwma()];
  for (const latency of [read, unread]) latency.observe(100, 0);
  for (let now = 0; now <= 5000; now += 10) read.read(now);
  for (const latency of [read, unread]) latency.observe(60, 5000);
  expect(read.read(5000)).toBe(unread.read(5000));
});

test('a clock that goes back does not make it grow', () => {
  const latency = new PeakEwma();
  latency.observe(100, 1000);
  expect(latency.read(0)).toBe(100);
});
