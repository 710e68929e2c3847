import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withSettings } from './scenes.ts';

/** A round of the stage, in s: after that, it begins anew. */
const round = 45;

const trouble: readonly (Happening & { readonly at: number })[] = [
  { kind: 'condition', origin: 1, condition: 'crashed', at: 4000 },
  { kind: 'condition', origin: 1, condition: 'up', at: 11_000 },
  { kind: 'condition', origin: 2, condition: 'hung', at: 16_000 },
  { kind: 'condition', origin: 2, condition: 'up', at: 26_000 },
  { kind: 'errors', origin: 3, share: 1, at: 30_000 },
  { kind: 'errors', origin: 3, share: 0, at: 36_000 },
];

const quiet = scene(alike(4, 250, 2), 12, 10 * round);

/** One server after the other is in trouble, each in its own way; again and again. */
export const stumbling: Scenario = {
  ...quiet,
  events: Array.from({ length: 10 }, (_, n) => trouble.map((event) => ({ ...event, at: event.at + n * round * 1000 }))).flat(),
};

/** A hundred requests a second for half a minute, over four servers that could do eight times as much. */
const busy = scene(alike(4, 20, 4), 100, 30);

/** When it goes wrong, in ms. */
export const wrongAt = 10_000;

/** Nothing listens there any more. */
export const crashing: Scenario = { ...busy, events: [{ kind: 'condition', origin: 1, condition: 'crashed', at: wrongAt }] };

/** It takes requests, and goes on with none. */
export const hanging: Scenario = { ...busy, events: [{ kind: 'condition', origin: 1, condition: 'hung', at: wrongAt }] };

/** Its probes are fine, and each of its answers is an error. */
export const lying: Scenario = { ...busy, events: [{ kind: 'errors', origin: 1, share: 1, at: wrongAt }] };

/** The same world, and nobody who looks at answers. */
export const withoutEjection = (scenario: Scenario): Scenario => withHealth(scenario, { maxEjected: 0 });

/** The same world, probed otherwise. */
export function withHealth(scenario: Scenario, changes: Partial<Scenario['settings']['health']>): Scenario {
  return withSettings(scenario, { health: { ...scenario.settings.health, ...changes } });
}
