import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../balancer/src/brain/select/policies.ts';
import type { PolicyFactory } from '../../../balancer/src/brain/select/policy.ts';
import { outcomeOf } from '../../simulate/outcome.ts';
import { capacityOf, type Scenario, simulate } from '../../simulate/run.ts';

const scenario = (paces: readonly number[], more: Partial<Scenario> = {}): Scenario => ({
  origins: paces.map((pace) => ({ pace, workers: 1 })),
  ...{ load: 0.75, seconds: 60, clients: 1000, timeout: 5000, maxConnections: 512 },
  ...more,
});

const named = (name: string) => policies[name] as PolicyFactory;

const outcome = async (name: string, given: Scenario, ...seeds: number[]) => {
  return outcomeOf(name, await Promise.all(seeds.map((seed) => simulate(named(name), given, seed))), given);
};

test('four origins of 10, 10, 10 and 40 ms can do 325 requests a second', () => {
  expect(capacityOf(scenario([10, 10, 10, 40]).origins)).toBe(325);
});

test('the same seed gives the same run, another one another', async () => {
  const given = scenario([10, 40], { seconds: 5 });
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => simulate(named('prequal'), given, seed)));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('one origin behaves as queueing theory says of M/M/1: half are answered within ln 2 / (1 − load) times its pace', async () => {
  const given = scenario([10], { load: 0.5, seconds: 600 });
  const { p50, p99, use, failed } = await outcome('random', given, 1, 2, 3);
  expect(Math.abs(p50 / (20 * Math.log(2)) - 1)).toBeLessThan(0.05);
  expect(Math.abs(p99 / (20 * Math.log(100)) - 1)).toBeLessThan(0.1);
  expect(use).toBeCloseTo(0.5, 1);
  expect(failed).toBe(0);
});

test('a request fails when it takes longer than the timeout, and counts with all of it', async () => {
  const given = scenario([10], { load: 3, seconds: 10, timeout: 500 });
  const { p99, failed } = await outcome('random', given, 1);
  expect(p99).toBe(500);
  expect(failed).toBeGreaterThan(0.5);
});

test('a request fails at once where no origin has room', async () => {
  const { failed } = await outcome('random', scenario([10], { load: 3, seconds: 10, maxConnections: 1 }), 1);
  expect(failed).toBeGreaterThan(0.5);
});

test('an origin that has all it may have is not offered: first goes on to the next', async () => {
  const run = await simulate(named('first'), scenario([10, 10], { seconds: 10, maxConnections: 2 }), 1);
  expect(run.taken[0]).toBeGreaterThan(500);
  expect(run.taken[1]).toBeGreaterThan(200);
});

describe('three origins of 10 ms and one of 40 ms at 75% load', () => {
  const given = scenario([10, 10, 10, 40]);

  test.each(['round-robin', 'random', 'rendezvous-hash', 'maglev-hash', 'first'])('%s overloads one', async (name) => {
    const { use, failed, p99 } = await outcome(name, given, 1, 2);
    expect(use).toBeGreaterThan(1);
    expect(failed).toBeGreaterThan(0.01);
    expect(p99).toBe(5000);
  });

  test.each(['least-requests', 'two-choices', 'peak-ewma', 'prequal', 'bounded-hash'])('%s overloads none', async (name) => {
    const { use, failed, p99 } = await outcome(name, given, 1, 2);
    expect(use).toBeLessThan(1);
    expect(failed).toBe(0);
    expect(p99).toBeLessThan(500);
  });

  test('prequal overloads none where it can not ask the origins either', async () => {
    const deaf: PolicyFactory = ({ random, now }) => named('prequal')({ random, now });
    const { use, failed, p99 } = outcomeOf('prequal', [await simulate(deaf, given, 1), await simulate(deaf, given, 2)], given);
    expect(use).toBeLessThan(1);
    expect(failed).toBe(0);
    expect(p99).toBeLessThan(200);
  });
});
