import { describe, expect, test } from '@jest/globals';
import { outcomeOf } from '../../simulate/outcome.ts';
import { capacityOf, type Scenario, simulate } from '../../simulate/run.ts';

const scenario = (paces: readonly number[], more: Partial<Scenario> = {}): Scenario => ({
  origins: paces.map((pace) => ({ pace, workers: 1 })),
  ...{ load: 0.75, seconds: 60, clients: 1000, timeout: 5000, maxConnections: 512 },
  ...more,
});

const outcome = (name: string, given: Scenario, ...seeds: number[]) =>
  outcomeOf(
    name,
    seeds.map((seed) => simulate(name, given, seed)),
    given,
  );

test('four origins of 10, 10, 10 and 40 ms can do 325 requests a second', () => {
  expect(capacityOf(scenario([10, 10, 10, 40]).origins)).toBe(325);
});

test('the same seed gives the same run, another one another', () => {
  const given = scenario([10, 40], { seconds: 5 });
  const [first, again, other] = [1, 1, 2].map((seed) => simulate('prequal', given, seed));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('one origin behaves as queueing theory says of M/M/1: half are answered within ln 2 / (1 − load) times its pace', () => {
  const given = scenario([10], { load: 0.5, seconds: 500 });
  const { p50, p99, use, failed } = outcome('random', given, 1, 2);
  expect(Math.abs(p50 / (20 * Math.log(2)) - 1)).toBeLessThan(0.05);
  expect(Math.abs(p99 / (20 * Math.log(100)) - 1)).toBeLessThan(0.1);
  expect(use).toBeCloseTo(0.5, 1);
  expect(failed).toBe(0);
});

test('a request fails when it takes longer than the timeout, and counts with all of it', () => {
  const given = scenario([10], { load: 3, seconds: 10, timeout: 500 });
  const { p99, failed } = outcome('random', given, 1);
  expect(p99).toBe(500);
  expect(failed).toBeGreaterThan(0.5);
});

test('a request waits where no origin has room, and fails where too many do', () => {
  const short = outcome('random', scenario([10], { load: 0.5, seconds: 20, maxConnections: 1 }), 1);
  expect(short.failed).toBe(0);
  const long = outcome('random', scenario([10], { load: 30, seconds: 10, maxConnections: 1 }), 1);
  expect(long.failed).toBeGreaterThan(0.5);
});

test('an origin that has all it may have is not offered: first goes on to the next', () => {
  const run = simulate('first', scenario([10, 10], { seconds: 10, maxConnections: 2 }), 1);
  expect(run.taken[0]).toBeGreaterThan(500);
  expect(run.taken[1]).toBeGreaterThan(200);
});

describe('three origins of 10 ms and one of 40 ms at 75% load', () => {
  const given = scenario([10, 10, 10, 40]);

  test.each(['round-robin', 'random', 'rendezvous-hash', 'maglev-hash', 'first'])('%s overloads one', (name) => {
    // Its queue grows from the first second on.
    const { use, failed, p99 } = outcome(name, { ...given, seconds: 20 }, 1);
    expect(use).toBeGreaterThan(1);
    expect(failed).toBeGreaterThan(0.01);
    expect(p99).toBe(5000);
  });

  test.each(['least-requests', 'two-choices', 'peak-ewma', 'prequal', 'bounded-hash'])('%s overloads none', (name) => {
    const { use, failed, p99 } = outcome(name, given, 1);
    expect(use).toBeLessThan(1);
    expect(failed).toBe(0);
    expect(p99).toBeLessThan(500);
  });

  test('prequal overloads none where it can not ask the origins either', () => {
    const { use, failed, p99 } = outcome('prequal', { ...given, isDeaf: true }, 1);
    expect(use).toBeLessThan(1);
    expect(failed).toBe(0);
    expect(p99).toBeLessThan(200);
  });
});
