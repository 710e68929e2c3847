import type { OriginPlan, Scenario } from '../../../balancer/src/simulate/scenario.ts';

/** Servers that are all alike: so many, each with so many workers that take so many ms for a request. */
export function alike(count: number, pace: number, workers: number): readonly OriginPlan[] {
  return Array.from({ length: count }, () => ({ pace, workers, weight: 1, backup: false }));
}

/** A quiet world to begin with: patient clients who ask once, and nothing that goes wrong. */
export function scene(origins: readonly OriginPlan[], rate: number, seconds: number, policy = 'round-robin'): Scenario {
  return {
    seconds,
    origins,
    ...{ balancers: 1, threads: 1 },
    settings: {
      policy,
      asksLoad: true,
      pool: { maxConnections: 512, slowStart: 0 },
      room: { maxWaiting: 1024, maxWait: 10_000, maxRunning: Number.POSITIVE_INFINITY },
      patience: { connect: 1000, response: 10_000 },
      ...{ retries: 0, totalTimeout: 30_000 },
      health: { interval: 2000, timeout: 1000, rise: 2, fall: 3, maxEjected: 0.5 },
    },
    clients: { count: 200, rate, posts: 0, patience: Number.POSITIVE_INFINITY, retries: 0 },
    events: [],
  };
}

/** The same world with other settings of its balancer. */
export function withSettings(scenario: Scenario, changes: Partial<Scenario['settings']>): Scenario {
  return { ...scenario, settings: { ...scenario.settings, ...changes } };
}

/** The same world with other clients. */
export function withClients(scenario: Scenario, changes: Partial<Scenario['clients']>): Scenario {
  return { ...scenario, clients: { ...scenario.clients, ...changes } };
}

/** The same world with another policy. */
export function withPolicy(scenario: Scenario, policy: string): Scenario {
  return withSettings(scenario, { policy });
}

/** The same world with a balancer and clients that wait for an answer as long as it takes: for queues that grow and grow. */
export function patient(scenario: Scenario): Scenario {
  const forEver = 24 * 3_600_000;
  return withSettings(scenario, { patience: { ...scenario.settings.patience, response: forEver }, totalTimeout: forEver });
}
