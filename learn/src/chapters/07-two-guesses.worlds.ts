import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withClients, withSettings } from './scenes.ts';

/** Work that a request is for a server of the running world, in ms. */
const pace = 400;

/** Servers that do one thing at a time, and so much to do that each works four fifths of its time. */
export function crowd(policy: string, servers = 8): Scenario {
  return scene(alike(servers, pace, 1), rateFor(servers, 0.8), 600, policy);
}

/** Requests a second that keep such servers busy for a part of their time. */
export function rateFor(servers: number, load: number): number {
  return (servers * load * 1000) / pace;
}

/** Ten servers for a minute, with so many balancers that know nothing of each other. */
export function shared(policy: string, balancers: number): Scenario {
  return { ...scene(alike(10, 40, 1), 200, 60, policy), balancers };
}

/** As many requests as there are servers, all at once; with few of them, where chance is large, thrice. No probes: nobody is ever unwell. */
export function thrown(servers: number, policy: string): Scenario {
  const times = servers < 1000 ? 3 : 1;
  const still = withClients(scene(alike(servers, 50, 1), 0, times, policy), { work: 'even' });
  const events = Array.from({ length: times }, (_, time) => ({ kind: 'burst' as const, requests: servers, at: 1 + time * 1000 }));
  return { ...withSettings(still, { health: { ...still.settings.health, interval: 3_600_000 } }), events };
}

/** How many of the requests that came at once the fullest server got, on average. */
export function fullest(outcome: Outcome | undefined): number {
  const most = (outcome?.parts ?? []).map(({ taken }) => Math.max(...taken)).filter((one) => one > 0);
  return most.reduce((sum, one) => sum + one, 0) / Math.max(1, most.length);
}
