import { expect, test } from '@jest/globals';
import { measure } from '../../../balancer/src/simulate/measure.ts';
import { problemsIn } from '../../src/playground/limits.ts';
import { presets } from '../../src/playground/presets.ts';
import { quiet, sidesOf } from '../../src/playground/setup.ts';
import { moved } from '../../src/playground/timeline.ts';

test.each(Object.entries(presets))('“%s” can be played', (_name, setup) => {
  expect(problemsIn(setup)).toEqual([]);
  for (const { scenario } of sidesOf(setup)) expect(measure(scenario, setup.seed).answered).toBeGreaterThan(1000);
});

test('two policies get the very same requests', () => {
  const [one, other] = sidesOf(quiet).map(({ scenario }) => measure(scenario, 1));
  expect(one?.requests).toBe(other?.requests);
  expect(one?.taken).not.toEqual(other?.taken);
});

test('what goes wrong for a while is over after it', () => {
  const [side] = sidesOf({
    ...quiet,
    other: '',
    retries: 0,
    ejection: false,
    faults: [{ origin: 1, trouble: 'failing', from: 10, to: 20 }],
  });
  const { parts } = measure(side.scenario, 1);
  const failedIn = (from: number, to: number) =>
    parts.filter(({ at }) => at >= from && at < to).reduce((sum, { failed }) => sum + failed, 0);
  expect(failedIn(10_000, 20_000)).toBeGreaterThan(100);
  expect(failedIn(0, 9_500) + failedIn(21_000, 60_000)).toBe(0);
});

test('every mistake in a setup is named', () => {
  const wrong = { ...quiet, retries: -1, servers: [], faults: [] };
  expect(problemsIn(wrong)).toEqual(['retries: -1 is not a number from 0 to 10', 'servers: give 1 to 12']);
  const late = { ...quiet, faults: [{ origin: 9, trouble: 'crashed' as const, from: 50, to: 70 }] };
  expect(problemsIn(late)).toEqual([
    'fault 1, origin: 9 is not a number from 0 to 3',
    'fault 1: it must begin before it ends, within 60 s',
  ]);
});

test('a fault that is dragged stays within its time, and at an origin that there is', () => {
  const fault = { origin: 1, trouble: 'hung' as const, from: 20, to: 30 };
  expect(moved(fault, 'whole', { x: 10_000, y: 10_000 }, quiet)).toEqual({ ...fault, origin: 3, from: 50, to: 60 });
  expect(moved(fault, 'whole', { x: -10_000, y: -10_000 }, quiet)).toEqual({ ...fault, origin: 0, from: 0, to: 10 });
  expect(moved(fault, 'begin', { x: 10_000, y: 0 }, quiet)).toEqual({ ...fault, from: 29.5 });
  expect(moved(fault, 'end', { x: -10_000, y: 0 }, quiet)).toEqual({ ...fault, to: 20.5 });
});
