import type { Exchange } from '../../src/brain/exchange/exchange.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { Simulation } from '../../src/simulate/simulation.ts';

/** A little of everything: crashes, hangs, errors, a drain, a reload, other policies, over two threads. */
export const everything: Scenario = {
  ...{ seconds: 3, balancers: 1, threads: 2 },
  origins: [1, 2, 3, 4].map((pace) => ({ pace: pace * 5, workers: 2, weight: 1, backup: false })),
  settings: {
    policy: 'peak-ewma',
    pool: { maxConnections: 2, slowStart: 500 },
    room: { maxWaiting: 10, maxWait: 100, maxRunning: 'fair' },
    patience: { connect: 100, response: 300 },
    ...{ retries: 3, totalTimeout: 2000 },
    health: { interval: 200, timeout: 50, rise: 2, fall: 3, maxEjected: 0.5 },
  },
  clients: { count: 20, rate: 400, posts: 0.2, patience: 1000, retries: 1 },
  events: [
    { kind: 'condition', origin: 0, condition: 'crashed', at: 300 },
    { kind: 'errors', origin: 1, share: 1, at: 500 },
    { kind: 'condition', origin: 0, condition: 'up', at: 900 },
    { kind: 'condition', origin: 2, condition: 'hung', at: 1200 },
    { kind: 'settings', changes: { policy: 'maglev-hash' }, at: 1500 },
    { kind: 'drain', origin: 3, at: 1700 },
    { kind: 'reload', origins: [0, 1, 2].map((origin) => ({ origin, weight: 2 })), at: 2100 },
    { kind: 'settings', changes: { policy: 'round-robin' }, at: 2300 },
  ],
};

/** What every request of a scenario came to: when it was over, what its client was told, and what its story says. */
export function played(scenario: Scenario, seed: number, storyOf: (exchange: Exchange) => string): [number, number | null, string][] {
  const ends: [number, number | null, string][] = [];
  const simulation: Simulation = new Simulation(
    scenario,
    seed,
    { told: ({ exchange }, status) => void ends.push([simulation.world.now(), status, storyOf(exchange)]) },
    // Such a URL as a realm without a URL class can make.
    (href) => ({ href, origin: href.slice(0, -1), host: href.slice('http://'.length, -1) }) as URL,
  );
  simulation.run();
  return ends;
}
