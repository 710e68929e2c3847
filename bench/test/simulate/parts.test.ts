import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { Agenda } from '../../../balancer/src/simulate/agenda.ts';
import { type Clock, SimulatedOrigin } from '../../simulate/origin.ts';
import { quantile, slowestOf } from '../../simulate/outcome.ts';

/** Lets everything on the agenda happen. */
function play(agenda: Agenda, clock: Clock): void {
  for (let event = agenda.next(); event; event = agenda.next()) {
    clock.now = event.at;
    event.happen();
  }
}

test('events happen in the order of their times, those of the same time in the order in which they were put down', () => {
  const agenda = new Agenda();
  const random = seeded(1);
  const times = Array.from({ length: 1000 }, () => Math.floor(random() * 100));
  const happened: string[] = [];
  for (const [number, at] of times.entries()) agenda.add(at, () => happened.push(`${at} ${number}`));
  play(agenda, { now: 0 });
  const inOrder = times.map((at, number) => ({ at, number })).sort((a, b) => a.at - b.at || a.number - b.number);
  expect(happened).toEqual(inOrder.map(({ at, number }) => `${at} ${number}`));
});

test('random numbers are spread evenly from 0 to 1', () => {
  const random = seeded(1);
  const counts = new Array(10).fill(0);
  for (let i = 0; i < 10_000; i++) counts[Math.floor(random() * 10)] += 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

describe('an origin', () => {
  const parts = (workers: number) => {
    const clock = { now: 0 };
    const agenda = new Agenda();
    return { clock, agenda, origin: new SimulatedOrigin('o', { pace: 10, workers }, clock, agenda) };
  };

  test('works on what comes in the order in which it comes', () => {
    const { clock, agenda, origin } = parts(1);
    const ends: [string, number][] = [];
    for (const [name, work] of [
      ['long', 3],
      ['short', 1],
      ['last', 2],
    ] as const)
      origin.take(work, 1000, () => ends.push([name, clock.now]));
    expect(origin.load).toEqual({ inFlight: 3, latencyMs: 0 });
    play(agenda, clock);
    expect(ends).toEqual([
      ['long', 30],
      ['short', 40],
      ['last', 60],
    ]);
    expect(origin.inFlight).toBe(0);
  });

  test('has several workers where it says so', () => {
    const { clock, agenda, origin } = parts(2);
    const ends: number[] = [];
    for (let i = 0; i < 4; i++) origin.take(1, 1000, () => ends.push(clock.now));
    play(agenda, clock);
    expect(ends).toEqual([10, 10, 20, 20]);
  });

  test('goes on with what the balancer gave up, and leaves out what it had not begun', () => {
    const { clock, agenda, origin } = parts(1);
    const ends: [string, boolean, number][] = [];
    const take = (name: string, work: number, patience: number) =>
      origin.take(work, patience, (answered) => ends.push([name, answered, clock.now]));
    take('begun', 5, 20);
    take('waiting', 100, 30);
    take('patient', 1, 1000);
    play(agenda, clock);
    expect(ends).toEqual([
      ['begun', false, 20],
      ['waiting', false, 30],
      ['patient', true, 60],
    ]);
    expect(origin.load.inFlight).toBe(0);
  });

  test('shows the balancer a latency that believes bad news at once', () => {
    const { clock, agenda, origin } = parts(1);
    origin.take(1, 1000, () => expect(origin.latencyMs).toBe(10));
    origin.take(3, 1000, () => expect(origin.latencyMs).toBe(40));
    play(agenda, clock);
  });
});

test('a quantile is the least figure that so many do not exceed', () => {
  const figures = Float64Array.from({ length: 1000 }, (_, index) => index + 1);
  expect([0, 0.5, 0.99, 0.999, 1].map((part) => quantile(figures, part))).toEqual([1, 500, 990, 999, 1000]);
});

test('the slowest origin is the last of those that are slowest', () => {
  expect(slowestOf([{ pace: 40 }, { pace: 10 }, { pace: 40 }])).toBe(2);
});
