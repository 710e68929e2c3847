import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withClients } from './scenes.ts';

const slow = 1;

/** The second of the servers takes so many times as long from now on. */
export function slowness(times: number): Happening {
  return { kind: 'slow', origin: slow, times };
}

/** A world of few requests, so that most servers are idle; after six seconds the second server becomes ten times as slow. */
export function fewRequests(policy: string): Scenario {
  return { ...scene(alike(4, 100, 2), 12, 600, policy), events: [{ ...slowness(10), at: 6000 }] };
}

/** Many requests for 24 seconds; from the fifth second to the tenth, the second server is ten times as slow. */
export function hiccup(policy: string): Scenario {
  const events = [
    { ...slowness(10), at: 5000 },
    { ...slowness(1), at: 10_000 },
  ];
  return { ...scene(alike(4, 40, 4), 200, 24, policy), events };
}

/** One request at a time, always after the answer to the one before; the second server is ten times as slow as the others. */
export function oneByOne(policy: string): Scenario {
  const world = { ...scene(alike(4, 40, 4), 2, 60, policy), events: [{ ...slowness(10), at: 0 }] };
  return withClients(world, { arrivals: 'even', work: 'even' });
}

/** Requests that the second server got between two moments, in s, and the part of all that these were, in percent. */
export function givenToSlow(outcome: Outcome | undefined, from = 0, to = Number.POSITIVE_INFINITY): { requests: number; percent: number } {
  const parts = (outcome?.parts ?? []).filter(({ at }) => at >= from * 1000 && at < to * 1000);
  const requests = parts.reduce((sum, { taken }) => sum + (taken[slow] ?? 0), 0);
  const all = parts.reduce((sum, { taken }) => sum + taken.reduce((one, other) => one + other, 0), 0);
  return { requests, percent: (100 * requests) / Math.max(1, all) };
}
