import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withClients } from './scenes.ts';

/** A hundred clients, and the first of them asks for that part of everything; the four servers could do twice as much as all ask for. */
export function withHotKey(policy: string, seconds: number, hot = 0.4): Scenario {
  return withClients(scene(alike(4, 200, 2), 20, seconds, policy), { count: 100, hot });
}

/** Twenty clients who keep a cookie or not; a fifth server comes when all of them have been here. */
export function joinedBy(isSticky: boolean): Scenario {
  const world = scene(alike(5, 40, 4), 100, 20, 'least-requests');
  return {
    ...withClients(world, { count: 20, sticky: isSticky }),
    pools: [{ name: 'default', origins: [0, 1, 2, 3] }],
    events: [{ kind: 'add', origin: 4, weight: 1, backup: false, at: 10_000 }],
  };
}

/** The part of all requests that the busiest server got, in percent. */
export function busiestShare(outcome: Outcome | undefined): number {
  const taken = outcome?.taken ?? [];
  return (100 * Math.max(0, ...taken)) / Math.max(1, outcome?.requests ?? 0);
}
