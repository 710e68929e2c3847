import { expect, test } from '@jest/globals';
import { seeded } from '../../src/brain/seeded.ts';
import { Agenda } from '../../src/simulate/agenda.ts';

test('events happen in the order of their times, those of the same time in the order in which they were put down', () => {
  const agenda = new Agenda();
  const random = seeded(1);
  const times = Array.from({ length: 1000 }, () => Math.floor(random() * 100));
  const happened: string[] = [];
  for (const [number, at] of times.entries()) agenda.add(at, () => happened.push(`${at} ${number}`));
  for (let happen = agenda.next(); happen; happen = agenda.next()) happen();
  const inOrder = times.map((at, number) => ({ at, number })).sort((a, b) => a.at - b.at || a.number - b.number);
  expect(happened).toEqual(inOrder.map(({ at, number }) => `${at} ${number}`));
});

test('what is given up does not happen, whenever that is, and all else still happens in its order', () => {
  const agenda = new Agenda();
  const random = seeded(2);
  const times = Array.from({ length: 1000 }, () => Math.floor(random() * 100));
  const happened: string[] = [];
  const giveUp = times.map((at, number) => agenda.add(at, () => happened.push(`${at} ${number}`)));
  const isKept = (number: number) => number % 10 === 3;
  for (const number of times.keys()) if (!isKept(number) && number % 2 === 0) giveUp[number]?.();
  expect(agenda.earliest).toBe(0);
  for (const number of times.keys()) if (!isKept(number)) giveUp[number]?.();
  for (let happen = agenda.next(); happen; happen = agenda.next()) {
    happen();
    // Who gives up what has happened changes nothing.
    giveUp[Number(happened.at(-1)?.split(' ')[1])]?.();
  }
  const inOrder = times.map((at, number) => ({ at, number })).sort((a, b) => a.at - b.at || a.number - b.number);
  expect(happened).toEqual(inOrder.filter(({ number }) => isKept(number)).map(({ at, number }) => `${at} ${number}`));
  expect(agenda.earliest).toBeUndefined();
});

test('random numbers are spread evenly from 0 to 1', () => {
  const random = seeded(1);
  const counts = new Array(10).fill(0);
  for (let i = 0; i < 10_000; i++) counts[Math.floor(random() * 10)] += 1;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
