import { expect, test } from '@jest/globals';
import { measure } from '../../src/simulate/measure.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { Simulation } from '../../src/simulate/simulation.ts';

/** Ten seconds of four origins that are half busy. */
const world: Scenario = {
  ...{ seconds: 10, balancers: 1, threads: 1, events: [] },
  origins: [1, 2, 3, 4].map(() => ({ pace: 20, workers: 2, weight: 1, backup: false })),
  settings: {
    policy: 'round-robin',
    pool: { maxConnections: 512, slowStart: 0 },
    room: { maxWaiting: 1024, maxWait: 5000, maxRunning: Number.POSITIVE_INFINITY },
    patience: { connect: 1000, response: 5000 },
    ...{ retries: 3, totalTimeout: 5000 },
    health: { interval: 2000, timeout: 1000, rise: 2, fall: 3, maxEjected: 0 },
  },
  clients: { count: 100, rate: 200, posts: 0, patience: Number.POSITIVE_INFINITY, retries: 0 },
};

const withClients = (changes: Partial<Scenario['clients']>): Scenario => ({ ...world, clients: { ...world.clients, ...changes } });

test('requests that come evenly with even work never wait while there is room', () => {
  const { requests, p50, most } = measure(withClients({ arrivals: 'even', work: 'even' }), 1);
  expect(requests).toBe(2000);
  expect(most - p50).toBeLessThan(0.001);
  expect(p50).toBeCloseTo(20.2, 3);
});

test('a part of the requests may be many times as much work', () => {
  const { p50, most } = measure({ ...withClients({ work: { share: 0.02, times: 20 } }), seconds: 60 }, 1);
  expect(p50).toBeLessThan(60);
  expect(most).toBeGreaterThan(400);
});

test('one client may ask more than all others', () => {
  const clients: string[] = [];
  new Simulation(withClients({ hot: 0.6 }), 1, { asks: ({ asked }) => void clients.push(asked.key) }).run();
  const share = clients.filter((key) => key === 'client-0').length / clients.length;
  expect(share).toBeCloseTo(0.6, 1);
  expect(new Set(clients).size).toBe(100);
});

test('a client with a cookie is answered where it was before, and elsewhere when that is gone', () => {
  const crash = { kind: 'condition', origin: 0, condition: 'crashed', at: 5000 } as const;
  const scenario = { ...withClients({ sticky: true }), events: [crash] };
  const led = { there: 0, elsewhere: 0, fromTheCrashed: 0 };
  new Simulation(scenario, 1, {
    told: ({ asked: { stickTo }, exchange: { attempts } }) => {
      if (stickTo === undefined) return;
      if (attempts.at(-1)?.origin.id === stickTo) led.there += 1;
      else if (stickTo === 'origin-1') led.fromTheCrashed += 1;
      else led.elsewhere += 1;
    },
  }).run();
  expect(led.there).toBeGreaterThan(1500);
  expect(led.elsewhere).toBe(0);
  expect(led.fromTheCrashed).toBeGreaterThan(5);
  expect(measure(scenario, 1).failed).toBe(0);
});

test('an origin with a short queue says 503 at once to whom it has no room for', () => {
  const origins = world.origins.map((plan) => ({ ...plan, queue: 1 }));
  const scenario = { ...withClients({ rate: 900 }), origins, settings: { ...world.settings, retries: 0 } };
  const { failed, answered, busiest, most } = measure(scenario, 1);
  expect(failed).toBeGreaterThan(0.4 * answered);
  expect(Math.max(...busiest)).toBeLessThanOrEqual(3);
  expect(most).toBeLessThan(700);
});

test.each([
  ['with a retry budget', undefined, 1.2, 1.28],
  ['without one', 'off', 3.97, 4],
  // A fifth of all that runs may be retries, so that they add about a quarter.
] as const)('when everything fails, %s, requests come to so many attempts', (_name, retryBudget, least, most) => {
  // Nobody answers, and no probe notices.
  const events = world.origins.map((_, origin) => ({ kind: 'condition' as const, origin, condition: 'hung' as const, at: 50 }));
  const health = { ...world.settings.health, interval: 1_000_000, fall: 1000 };
  const patience = { connect: 1000, response: 100 };
  const settings = { ...world.settings, health, patience, ...(retryBudget ? { retryBudget } : {}) };
  const { amplification, failed, requests } = measure({ ...withClients({ rate: 1000 }), seconds: 4, settings, events }, 1);
  expect(failed).toBeGreaterThan(requests - 60);
  expect(amplification).toBeGreaterThanOrEqual(least);
  expect(amplification).toBeLessThanOrEqual(most);
});

test('a rate may change, and more requests come from then on', () => {
  const { parts } = measure({ ...world, events: [{ kind: 'rate', rate: 20, at: 5000 }] }, 1);
  const cameIn = (half: number) =>
    parts.filter(({ at }) => Math.floor(at / 5000) === half).reduce((sum, { answered }) => sum + answered, 0);
  expect(cameIn(0) / cameIn(1)).toBeGreaterThan(7);
});

test('a balancer that is restarted remembers no turn, and what ran is finished', () => {
  const events = Array.from({ length: 99 }, (_, n) => ({ kind: 'restart' as const, balancer: 0, at: 100 * (n + 1) }));
  const { taken, failed, answered, requests } = measure({ ...withClients({ rate: 15 }), events }, 1);
  expect({ failed, answered }).toEqual({ failed: 0, answered: requests });
  expect(taken[0]).toBeGreaterThan(2 * (taken[2] ?? 0));
});

test('what is measured step by step is what is measured at once', () => {
  expect(measure(world, 7)).toEqual(measure(world, 7));
  expect(measure(world, 7)).not.toEqual(measure(world, 8));
});

test('a queue that nobody comes to or leaves is as long as before', () => {
  const hung = { kind: 'condition', origin: 0, condition: 'hung', at: 1000 } as const;
  const [one] = world.origins;
  const scenario = { ...withClients({ rate: 2 }), origins: one ? [one] : [], events: [hung], seconds: 5 };
  const { parts } = measure(scenario, 1);
  const inside = parts.filter(({ at }) => at >= 1000).map((part) => part.inside[0] ?? 0);
  expect(inside).toEqual(inside.toSorted((a, b) => a - b));
  expect(inside.at(-1)).toBeGreaterThan(3);
});
