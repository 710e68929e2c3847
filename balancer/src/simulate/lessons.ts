import type { BalancerSettings } from './pool.ts';
import type { OriginPlan, Scenario } from './scenario.ts';

/** A question, and the worlds that answer it side by side: plain data, each world by what is different in it. */
export interface Lesson {
  readonly question: string;
  readonly worlds: Readonly<Record<string, Scenario>>;
}

const origins: readonly OriginPlan[] = [1, 2, 3, 4].map(() => ({ pace: 10, workers: 4, weight: 1, backup: false }));

const settings: BalancerSettings = {
  policy: 'least-requests',
  pool: { maxConnections: 512, slowStart: 0 },
  room: { maxWaiting: 1024, maxWait: 5000, maxRunning: Number.POSITIVE_INFINITY },
  patience: { connect: 1000, response: 2000 },
  ...{ retries: 3, totalTimeout: 5000 },
  health: { interval: 2000, timeout: 1000, rise: 2, fall: 3, maxEjected: 0.5 },
};

/** Forty seconds of a service that could do three times as much. Its clients are patient, and ask once. */
const calm: Scenario = {
  seconds: 40,
  origins,
  ...{ balancers: 1, threads: 1, settings },
  clients: { count: 1000, rate: 500, posts: 0, patience: Number.POSITIVE_INFINITY, retries: 0 },
  events: [],
};

const withSettings = (world: Scenario, changes: Partial<BalancerSettings>): Scenario => ({
  ...world,
  settings: { ...world.settings, ...changes },
});

/** From the tenth second on, one origin answers everything with a 500, and a hundred times as fast as it should. */
const failingFast: Scenario = {
  ...calm,
  events: [
    { kind: 'errors', origin: 3, share: 1, at: 10_000 },
    { kind: 'slow', origin: 3, times: 0.01, at: 10_000 },
  ],
};

/** For ten seconds, origins crash one after the other, each for 0.8 s. */
const stumbling: Scenario = {
  ...calm,
  events: Array.from({ length: 10 }, (_, second) => [
    { kind: 'condition' as const, origin: second % 4, condition: 'crashed' as const, at: 10_000 + second * 1000 },
    { kind: 'condition' as const, origin: second % 4, condition: 'up' as const, at: 10_800 + second * 1000 },
  ]).flat(),
};

/** One origin is away for a while, and comes back with cold caches: for eight seconds it takes six times as long. */
const comingBack: Scenario = {
  ...withSettings(calm, { policy: 'round-robin' }),
  clients: { ...calm.clients, rate: 900 },
  events: [
    { kind: 'condition', origin: 3, condition: 'crashed', at: 10_000 },
    { kind: 'slow', origin: 3, times: 6, at: 19_000 },
    { kind: 'condition', origin: 3, condition: 'up', at: 20_000 },
    ...Array.from({ length: 5 }, (_, step) => ({ kind: 'slow' as const, origin: 3, times: 5 - step, at: 23_000 + step * 2000 })),
  ],
};

/** What policies alone can't show, by the names under which `npm run simulate` plays it. */
export const lessons: Readonly<Record<string, Lesson>> = {
  'fails-fast': {
    question: 'One of four origins fails, and fast. What does least-requests do, which takes a quick origin for an idle one?',
    worlds: {
      'without ejection': withSettings(failingFast, { health: { ...settings.health, maxEjected: 0 } }),
      'with ejection': failingFast,
    },
  },
  retries: {
    question: 'Origins crash for 0.8 s, one after the other. What do their clients see?',
    worlds: { 'without retries': withSettings(stumbling, { retries: 0 }), 'with retries': stumbling },
  },
  'slow-start': {
    question: 'An origin comes back with cold caches, and round-robin gives it a full share at once. Does a slow start help?',
    worlds: {
      'a full share at once': comingBack,
      'a slow start of 20 s': withSettings(comingBack, { pool: { maxConnections: 512, slowStart: 20_000 } }),
    },
  },
};
