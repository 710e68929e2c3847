import type { OriginPlan, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { Side } from '../chapter.ts';

/** What happens to an origin for a while. */
export type Trouble = 'crashed' | 'hung' | 'slow' | 'failing' | 'drained';

/** A fault in time: at an origin, from one second to another. */
export interface Fault {
  /** The origin's number, from 0. */
  readonly origin: number;
  readonly trouble: Trouble;
  /** In s. */
  readonly from: number;
  readonly to: number;
}

/** An origin of the playground. */
export interface Server {
  /** Mean time for a request, in ms. */
  readonly pace: number;
  readonly workers: number;
  /** Requests that may wait there; null for all. */
  readonly queue: number | null;
  readonly weight: number;
}

/** How much the work of requests differs. */
export type Mix = 'even' | 'random' | 'heavy';

/** Everything that can be set in the playground: plain values, so that a link can hold them. */
export interface Setup {
  readonly seed: number;
  readonly seconds: number;
  readonly servers: readonly Server[];
  readonly faults: readonly Fault[];
  readonly policy: string;
  /** The policy of a second world beside it, with the same requests; empty for none. */
  readonly other: string;
  readonly balancers: number;
  readonly rate: number;
  readonly clients: number;
  readonly mix: Mix;
  /** Requests that come at once every ten seconds, besides the others. */
  readonly burst: number;
  /** The part of all requests that one client sends, from 0 to 1; 0 for as many as any other. */
  readonly hot: number;
  /** The part of the requests that may not be sent twice. */
  readonly posts: number;
  /** How often a client asks again by itself. */
  readonly clientRetries: number;
  /** How long clients wait before they leave, in s; 0 for ever. */
  readonly patience: number;
  readonly sticky: boolean;
  readonly retries: number;
  readonly retryBudget: boolean;
  readonly ejection: boolean;
  /** Requests at an origin at a time; further ones wait in the balancer. */
  readonly maxConnections: number;
  /** Requests that may wait in the balancer, and for how long, in s. */
  readonly maxWaiting: number;
  readonly maxWait: number;
  readonly slowStart: number;
}

/** A quiet afternoon: four origins that are alike and half busy. Links hold what differs from it, so that it must stay as it is for ever. */
export const quiet: Setup = {
  ...{ seed: 1, seconds: 60 },
  servers: [1, 2, 3, 4].map(() => ({ pace: 40, workers: 2, queue: null, weight: 1 })),
  faults: [],
  ...{ policy: 'round-robin', other: 'least-requests', balancers: 1 },
  ...{ rate: 100, clients: 200, mix: 'random', burst: 0, hot: 0, posts: 0, clientRetries: 0, patience: 0, sticky: false },
  ...{ retries: 3, retryBudget: true, ejection: true, maxConnections: 128, maxWaiting: 1024, maxWait: 5, slowStart: 0 },
};

/** How many times as long a slow origin takes. */
const slowTimes = 10;

/** The worlds of a setup: one, or two that differ by their policy. */
export function sidesOf(setup: Setup): readonly [Side] | readonly [Side, Side] {
  const side = (policy: string): Side => ({ name: policy, scenario: scenarioOf(setup, policy) });
  return setup.other === '' || setup.other === setup.policy ? [side(setup.policy)] : [side(setup.policy), side(setup.other)];
}

function scenarioOf(setup: Setup, policy: string): Scenario {
  const { seconds, balancers, servers, faults } = setup;
  return {
    ...{ seconds, balancers, threads: 1 },
    origins: servers.map(originOf),
    settings: settingsOf(setup, policy),
    clients: clientsOf(setup),
    events: [...faults.flatMap(eventsOf), ...burstsOf(setup)].toSorted((a, b) => a.at - b.at),
  };
}

function originOf({ queue, ...plan }: Server): OriginPlan {
  return { ...plan, backup: false, ...(queue === null ? {} : { queue }) };
}

function settingsOf(setup: Setup, policy: string): Scenario['settings'] {
  const { ejection, maxConnections, slowStart, maxWaiting, maxWait, retries, retryBudget } = setup;
  return {
    ...{ policy, asksLoad: true, retries, totalTimeout: 30_000 },
    pool: { maxConnections, slowStart: slowStart * 1000 },
    room: { maxWaiting, maxWait: maxWait * 1000, maxRunning: Number.POSITIVE_INFINITY },
    patience: { connect: 1000, response: 10_000 },
    health: { interval: 2000, timeout: 1000, rise: 2, fall: 3, maxEjected: ejection ? 0.5 : 0 },
    ...(retryBudget ? {} : { retryBudget: 'off' as const }),
  };
}

function clientsOf({ clients, rate, posts, patience, clientRetries, mix, hot, sticky }: Setup): Scenario['clients'] {
  const works = { even: { work: 'even' as const }, random: {}, heavy: { work: { share: 0.02, times: 20 } } };
  return {
    ...{ count: clients, rate, posts, retries: clientRetries, patience: patience === 0 ? Number.POSITIVE_INFINITY : patience * 1000 },
    ...works[mix],
    ...(hot > 0 ? { hot } : {}),
    ...(sticky ? { sticky } : {}),
  };
}

function eventsOf({ origin, trouble, from, to }: Fault): Scenario['events'] {
  const [begin, end] = [
    { origin, at: from * 1000 },
    { origin, at: to * 1000 },
  ];
  switch (trouble) {
    case 'crashed':
    case 'hung':
      return [
        { kind: 'condition', condition: trouble, ...begin },
        { kind: 'condition', condition: 'up', ...end },
      ];
    case 'slow':
      return [
        { kind: 'slow', times: slowTimes, ...begin },
        { kind: 'slow', times: 1, ...end },
      ];
    case 'failing':
      return [
        { kind: 'errors', share: 1, ...begin },
        { kind: 'errors', share: 0, ...end },
      ];
    case 'drained':
      return [
        { kind: 'drain', ...begin },
        { kind: 'enable', ...end },
      ];
  }
}

function burstsOf({ burst, seconds }: Setup): Scenario['events'] {
  if (burst === 0) return [];
  return Array.from({ length: Math.floor((seconds - 1) / 10) }, (_, n) => ({ kind: 'burst', requests: burst, at: (n + 1) * 10_000 }));
}
