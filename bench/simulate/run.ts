import type { Ability } from '../../balancer/src/simulate/origin.ts';
import type { Scenario as World } from '../../balancer/src/simulate/scenario.ts';
import { Simulation, type Watcher } from '../../balancer/src/simulate/simulation.ts';
import { LoadMeter } from '../../origin/src/load.ts';

/** What is simulated. */
export interface Scenario {
  readonly origins: readonly Ability[];
  /** Requests offered, as a part of what all origins can do together: 0.75 for 75 %. */
  readonly load: number;
  /** How long requests come, in s. */
  readonly seconds: number;
  /** Clients, who ask equally often; each is a key to the policies that hash. */
  readonly clients: number;
  /** How long a request may take before it counts as failed, in ms. */
  readonly timeout: number;
  /** Requests that an origin gets at once; while all have so many, further ones wait. */
  readonly maxConnections: number;
  /** Whether a policy can't ask origins for their load. */
  readonly isDeaf?: boolean;
}

/** What came out of one run. */
export interface Run {
  /** Of every request that was answered, in ms. */
  readonly latencies: readonly number[];
  /** Requests whose clients got no answer, or a 5xx. */
  readonly failed: number;
  /** Attempts that each origin got. */
  readonly taken: readonly number[];
}

/** Requests that may wait for a place: as many as in the balancer. */
const maxWaiting = 1024;

/** Requests a second that all origins can do together. */
export function capacityOf(origins: readonly Ability[]): number {
  return origins.reduce((sum, { pace, workers }) => sum + (1000 * workers) / pace, 0);
}

/**
 * Plays one policy in the simulated world, where the brain is the balancer's own: requests come at random (Poisson), and each is work of
 * random size (exponential). The same seed brings the same requests whatever the policy. One that failed counts with the whole timeout, so
 * that failing can't look fast.
 */
export function simulate(policy: string, scenario: Scenario, seed: number): Run {
  const { latencies, failed, taken } = play(worldOf(policy, scenario), seed);
  return { latencies: [...latencies, ...Array.from({ length: failed }, () => scenario.timeout)], failed, taken };
}

/** Plays a world to its end. */
export function play(world: World, seed: number): Run {
  const latencies: number[] = [];
  let failed = 0;
  const taken = world.origins.map(() => 0);
  const watcher: Watcher = {
    picked: ({ attempts }) => {
      const number = simulation.origins.findIndex(({ id }) => id === attempts.at(-1)?.origin.id);
      taken[number] = (taken[number] ?? 0) + 1;
    },
    told: ({ exchange: { startedAt, ended } }, status) => {
      if (status === 200 && ended) latencies.push(ended.at - startedAt);
      else failed += 1;
    },
  };
  const simulation = new Simulation(world, seed, watcher, undefined, (now) => new LoadMeter(now));
  simulation.run();
  return { latencies, failed, taken };
}

/** A scenario as the simulated world wants it: one balancer, without anything that could go wrong. */
function worldOf(policy: string, { origins, load, seconds, clients, timeout, maxConnections, isDeaf }: Scenario): World {
  return {
    seconds,
    origins: origins.map((ability) => ({ ...ability, weight: 1, backup: false })),
    ...{ balancers: 1, threads: 1 },
    settings: {
      policy,
      asksLoad: !isDeaf,
      pool: { maxConnections, slowStart: 0 },
      room: { maxWaiting, maxWait: timeout, maxRunning: Number.POSITIVE_INFINITY },
      patience: { connect: timeout, response: timeout },
      ...{ retries: 0, totalTimeout: timeout },
      health: { interval: 2000, timeout: 1000, rise: 2, fall: 3, maxEjected: 0.5 },
    },
    clients: { count: clients, rate: capacityOf(origins) * load, posts: 0, patience: Number.POSITIVE_INFINITY, retries: 0 },
    events: [],
  };
}
