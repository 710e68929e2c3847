import type { Route } from '../../../balancer/src/brain/route/route.ts';
import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import { alike, scene, withClients, withSettings } from './scenes.ts';

type Event = Happening & { readonly at: number };

/** Restarts of all four servers, one after the other, one every so many ms; from a time on. */
const rolling = (begin: number, pitch: number, rounds: number, one: (origin: number, at: number) => readonly Event[]): readonly Event[] =>
  Array.from({ length: 4 * rounds }, (_, n) => one(n % 4, begin + n * pitch)).flat();

/** It is stopped, whatever runs there, and is back after a moment. */
const switched = (origin: number, at: number): readonly Event[] => [
  { kind: 'condition', origin, condition: 'crashed', at },
  { kind: 'condition', origin, condition: 'up', at: at + 1500 },
];

/** It gets nothing new for a while before it is stopped, and is taken in again when it is back. */
const drained = (origin: number, at: number): readonly Event[] => [
  { kind: 'drain', origin, at },
  ...switched(origin, at + drainMs),
  { kind: 'enable', origin, at: at + drainMs + 1500 },
];

/** Time from a drain to the stop, in ms. */
const drainMs = 2500;

const small = withSettings(withClients(scene(alike(4, 700, 3), 8, 600), { posts: 0.5, work: 'even' }), { retries: 3 });

/** Four servers that get a new version again and again, without a drain and with it. */
export const switchedOff: Scenario = { ...small, events: rolling(3000, 5000, 30, switched) };
export const drainedFirst: Scenario = { ...small, events: rolling(3000, 5000, 30, drained) };

const many = withSettings(withClients(scene(alike(4, 200, 8), 80, 40), { posts: 0.5 }), { retries: 3 });

/** The same in a crowd: each server is replaced once. */
export const crowd = {
  'switched off': { ...many, events: rolling(4000, 8000, 1, switched) },
  'drained first': { ...many, events: rolling(4000, 8000, 1, drained) },
} as const;

/** When a server with cold caches comes back, in ms. */
export const backAt = 8000;

/** One server comes back with cold caches: it takes five times as long at first, and is warm after eight seconds. */
const cold = withSettings(
  {
    ...scene(alike(4, 50, 2), 100, 30),
    events: [
      { kind: 'condition', origin: 3, condition: 'crashed', at: 4000 },
      { kind: 'slow', origin: 3, times: 5, at: backAt - 1000 },
      { kind: 'condition', origin: 3, condition: 'up', at: backAt },
      ...[4, 3, 2, 1].map((times, n): Event => ({ kind: 'slow', origin: 3, times, at: backAt + 2000 * (n + 1) })),
    ],
  },
  { retries: 3 },
);

export const comingBack = {
  'a full share at once': cold,
  'a slow start of 15 s': withSettings(cold, { pool: { maxConnections: 512, slowStart: 15_000 } }),
} as const;

const bare = { match: {}, stripPrefix: false, requestFields: { set: {}, remove: [] }, answerFields: { set: {}, remove: [] } };

/** Requests go to the new version in such a share, in percent. */
const split = (share: number): Route => ({
  number: 1,
  ...bare,
  action: {
    kind: 'split',
    shares: [
      { pool: 'now', share: 100 - share },
      { pool: 'next', share },
    ],
  },
});

/** A fifth server has the new version, which answers every third request with a 500; so many percent come to it. */
export const canary = (share: number): Scenario => ({
  ...scene(alike(5, 50, 4), 100, 30),
  pools: [
    { name: 'now', origins: [0, 1, 2, 3] },
    { name: 'next', origins: [4] },
  ],
  routes: [split(share)],
  events: [{ kind: 'errors', origin: 4, share: 1 / 3, at: 0 }],
});
