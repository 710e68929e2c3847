import { expect, test } from '@jest/globals';
import { Pace } from '../../src/queue/pace.ts';

/** A pace of 100 bytes/s over 10 s, and its clock. */
function paced(rate = 100) {
  const clock = { at: 0 };
  const pace = new Pace(rate, 10_000, () => clock.at);
  const after = (ms: number, bytes: number) => {
    clock.at += ms;
    return pace.keeps(bytes);
  };
  return { pace, clock, after };
}

test('lets a client begin late, and pause once', () => {
  const { after } = paced();
  expect([after(9_900, 1000), after(9_900, 1000)]).toEqual([true, true]);
});

test('finds out who trickles, once the average is too low', () => {
  const { after } = paced();
  expect([after(4000, 1), after(4000, 1), after(4000, 1)]).toEqual([true, true, false]);
});

test('lets a client go on for ever that is just fast enough', () => {
  const { after } = paced();
  expect(Array.from({ length: 100 }, () => after(5000, 500))).not.toContain(false);
});

test('gives no credit for later to a client that begins fast', () => {
  const { after } = paced();
  expect([after(0, 1_000_000), after(6000, 1), after(6000, 1)]).toEqual([true, true, false]);
});

test('does not count the time in which the client was not read from', () => {
  const { pace, clock, after } = paced();
  after(6000, 1);
  clock.at += 60_000;
  pace.goOn();
  expect(after(3000, 1)).toBe(true);
});

test('finds nobody too slow where there is no lowest rate', () => {
  const { after } = paced(0);
  expect([after(100_000, 1), after(100_000, 1)]).toEqual([true, true]);
});
