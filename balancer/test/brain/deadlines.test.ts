import { expect, test } from '@jest/globals';
import { Deadline, Deadlines } from '../../src/brain/deadlines.ts';
import { seeded } from '../../src/brain/seeded.ts';

/** Deadlines by a clock that is set by hand, in a world that counts how often it is woken. */
function byHand() {
  let time = 0;
  let wakes = 0;
  let due: { at: number; work: () => void } | undefined;
  const deadlines = new Deadlines({
    now: () => time,
    after: (ms, work) => {
      const mine = { at: time + ms, work };
      due = mine;
      return () => {
        if (due === mine) due = undefined;
      };
    },
    soon: (work) => work(),
  });
  /** Goes on to that time, waking whom there is to wake on the way. */
  const goTo = (at: number) => {
    while (due && due.at <= at) {
      const { work } = due;
      time = Math.max(time, due.at);
      due = undefined;
      wakes += 1;
      work();
    }
    time = at;
  };
  return { deadlines, goTo, now: () => time, wakes: () => wakes };
}

/** So many deadlines, and when each was told that its time had come. */
function deadlinesOf(count: number) {
  const hand = byHand();
  const told: number[][] = Array.from({ length: count }, () => []);
  const all = told.map((times) => new Deadline(hand.deadlines, () => times.push(hand.now())));
  return { ...hand, told, all };
}

test('each is told once, when its time is over and not before, in whatever order they were moved', () => {
  const { all, told, goTo } = deadlinesOf(4);
  for (const [i, ms] of [60, 20, 40, 80].entries()) all[i]?.in(ms);
  goTo(1000);
  expect(told).toEqual([[60], [20], [40], [80]]);
});

test('who has moved to later or to never, or was taken off, is not told before', () => {
  const { all, told, goTo, deadlines } = deadlinesOf(4);
  for (const each of all) each.in(10);
  all[0]?.in(500);
  all[1]?.in(Number.POSITIVE_INFINITY);
  all[2]?.end();
  goTo(499);
  expect(told).toEqual([[], [], [], [10]]);
  goTo(1000);
  expect(told).toEqual([[500], [], [], [10]]);
  expect(deadlines.size).toBe(0);
});

test('a thousand that move and end at random are told within 5 ms, and never early', () => {
  const random = seeded(7);
  const { deadlines, goTo, now } = byHand();
  const due = Array.from({ length: 1000 }, () => Number.POSITIVE_INFINITY);
  const lateness: number[] = [];
  const all = due.map(
    (_never, i) =>
      new Deadline(deadlines, () => {
        lateness.push(now() - (due[i] ?? 0));
        due[i] = Number.POSITIVE_INFINITY;
      }),
  );
  for (let step = 0; step < 20_000; step++) {
    const i = Math.floor(random() * all.length);
    const ms = random() < 0.3 ? Number.POSITIVE_INFINITY : random() * 2000;
    if (random() < 0.2) all[i]?.end();
    else all[i]?.in(ms);
    due[i] = all[i]?.at ?? 0;
    goTo(now() + random());
  }
  goTo(now() + 10_000);
  expect(lateness.length).toBeGreaterThan(3000);
  expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...lateness)).toBeLessThan(5);
  expect(due.filter((at) => at !== Number.POSITIVE_INFINITY)).toEqual([]);
  expect(deadlines.size).toBe(0);
});

test('4,000 that are moved all the time wake the process no more often than every 4 ms, and those taken off leave nothing behind', () => {
  const { all, goTo, now, wakes, deadlines, told } = deadlinesOf(4000);
  for (let round = 0; round < 100; round++) {
    for (const [i, each] of all.entries()) each.in(4000 + i / 2);
    goTo(now() + 100);
  }
  expect(told.flat()).toEqual([]);
  expect(wakes()).toBeLessThanOrEqual(now() / 4);
  for (const each of all) each.end();
  expect(deadlines.size).toBe(0);
});

test('one whose end goes wrong keeps nobody else waiting', () => {
  const { deadlines, goTo, now } = byHand();
  let toldAt: number | undefined;
  const bad = new Deadline(deadlines, () => {
    throw new Error('wrong');
  });
  const good = new Deadline(deadlines, () => {
    toldAt = now();
  });
  bad.in(10);
  good.in(20);
  expect(() => goTo(100)).toThrow('wrong');
  goTo(200);
  expect(toldAt).toBe(20);
});
