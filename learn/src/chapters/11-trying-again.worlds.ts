import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withClients, withSettings } from './scenes.ts';

type Event = Happening & { readonly at: number };

const everybody = [0, 1, 2, 3];

/** Servers crash one after the other, each for a second and a half. */
const crashes = (seconds: number): readonly Event[] =>
  Array.from({ length: Math.floor(seconds / 4) }, (_, n) => [
    { kind: 'condition' as const, origin: (n + 1) % 4, condition: 'crashed' as const, at: 2500 + n * 4000 },
    { kind: 'condition' as const, origin: (n + 1) % 4, condition: 'up' as const, at: 4000 + n * 4000 },
  ]).flat();

/** All servers are slow for so long at the same time, and then as quick as before. */
const hiccup = (from: number, to: number, times: number): readonly Event[] =>
  everybody.flatMap((origin) => [
    { kind: 'slow' as const, origin, times, at: from },
    { kind: 'slow' as const, origin, times: 1, at: to },
  ]);

const small = withSettings(withClients(scene(alike(4, 350, 2), 12, 600), { work: 'even' }), {
  retries: 3,
  patience: { connect: 1000, response: 1500 },
});

/** What may go wrong in the world at the top, by its name there. */
export const troubles = {
  'one at a time crashes': crashes(600),
  'all are slow for 5 s': hiccup(4000, 9000, 6),
  nothing: [],
} as const;

const crashing: Scenario = { ...small, events: crashes(600) };

/** Everybody only looks at pages, which may be asked for twice; or everybody buys, which may not be done twice. */
export const looking = withClients(crashing, { posts: 0 });
export const buying = withClients(crashing, { posts: 1 });

/** A minute of four servers that are sixty percent busy, and five bad seconds in it. Nobody waits longer than half a second for an answer. */
const steady = withSettings(withClients(scene(alike(4, 100, 2), 48, 60), { work: 'even' }), { patience: { connect: 1000, response: 500 } });
const once: Scenario = { ...steady, events: hiccup(10_000, 15_000, 4) };

export const storm = {
  'no second try': once,
  'three more tries': withSettings(once, { retries: 3, retryBudget: 'off' }),
  'three, within a budget': withSettings(once, { retries: 3 }),
} as const;

/** Nobody answers at all, and no probe notices. */
const silent = withSettings(
  { ...scene(alike(4, 20, 2), 1000, 4), events: everybody.map((origin) => ({ kind: 'condition', origin, condition: 'hung', at: 1 })) },
  { retries: 3, patience: { connect: 1000, response: 100 }, health: { interval: 1e6, timeout: 1000, rise: 2, fall: 1000, maxEjected: 0 } },
);

export const nobodyAnswers = { 'without a budget': withSettings(silent, { retryBudget: 'off' }), 'with one': silent } as const;
