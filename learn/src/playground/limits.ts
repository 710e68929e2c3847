import { policies } from '../../../balancer/src/brain/select/policies.ts';
import type { Fault, Server, Setup } from './setup.ts';

/** What a number may be. */
export interface Limits {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** The bounds of all numbers of a setup: within them, a world is played in a moment. */
export const limits = {
  seed: { least: 1, most: 1_000_000, step: 1 },
  seconds: { least: 5, most: 600, step: 1 },
  balancers: { least: 1, most: 6, step: 1 },
  rate: { least: 0.5, most: 1000, step: 0.5 },
  clients: { least: 1, most: 10_000, step: 1 },
  burst: { least: 0, most: 2000, step: 1 },
  hot: { least: 0, most: 0.95, step: 0.01 },
  posts: { least: 0, most: 1, step: 0.01 },
  clientRetries: { least: 0, most: 10, step: 1 },
  patience: { least: 0, most: 60, step: 0.1 },
  retries: { least: 0, most: 10, step: 1 },
  maxConnections: { least: 1, most: 10_000, step: 1 },
  maxWaiting: { least: 0, most: 100_000, step: 1 },
  maxWait: { least: 0.1, most: 60, step: 0.1 },
  slowStart: { least: 0, most: 120, step: 1 },
} as const satisfies Partial<Record<keyof Setup, Limits>>;

export const serverLimits = {
  pace: { least: 0.1, most: 10_000, step: 0.1 },
  workers: { least: 1, most: 100, step: 1 },
  weight: { least: 0, most: 100, step: 0.1 },
  queue: { least: 0, most: 10_000, step: 1 },
} as const satisfies Record<keyof Server, Limits>;

export const mostServers = 12;
export const mostFaults = 40;

/** Requests that a setup may come to, so that a phone plays it in seconds. */
export const mostRequests = 120_000;

export const troubles: readonly Fault['trouble'][] = ['crashed', 'hung', 'slow', 'failing', 'drained'];

/** What is wrong with a setup, each problem in a sentence; nothing where it can be played. */
export function problemsIn(setup: Setup): readonly string[] {
  const problems = Object.entries(limits).flatMap(([name, bounds]) => problemOf(name, setup[name as keyof typeof limits], bounds));
  const { servers, faults } = setup;
  if (!Array.isArray(servers) || servers.length < 1 || servers.length > mostServers)
    return [...problems, `servers: give 1 to ${mostServers}`];
  if (!Array.isArray(faults) || faults.length > mostFaults) return [...problems, `faults: give at most ${mostFaults}`];
  return [
    ...problems,
    ...servers.flatMap(problemsInServer),
    ...faults.flatMap((fault, place) => problemsInFault(fault, place, setup)),
    ...problemsInWords(setup),
  ];
}

function problemOf(name: string, value: unknown, { least, most }: Limits): string[] {
  const isFine = typeof value === 'number' && value >= least && value <= most;
  return isFine ? [] : [`${name}: ${JSON.stringify(value)} is not a number from ${least} to ${most}`];
}

function problemsInServer(server: Server, place: number): string[] {
  const name = (key: string) => `server ${place + 1}, ${key}`;
  const { pace, workers, weight, queue } = server;
  const numbers = { pace, workers, weight, ...(queue === null ? {} : { queue }) };
  return Object.entries(numbers).flatMap(([key, value]) => problemOf(name(key), value, serverLimits[key as keyof Server]));
}

function problemsInFault({ origin, trouble, from, to }: Fault, place: number, { servers, seconds }: Setup): string[] {
  const name = `fault ${place + 1}`;
  const problems = problemOf(`${name}, origin`, origin, { least: 0, most: servers.length - 1, step: 1 });
  if (!troubles.includes(trouble)) problems.push(`${name}: ${JSON.stringify(trouble)} is none of ${troubles.join(', ')}`);
  if (!(from >= 0 && from < to && to <= seconds)) problems.push(`${name}: it must begin before it ends, within ${seconds} s`);
  return problems;
}

function problemsInWords({ policy, other, mix, rate, seconds, servers }: Setup): string[] {
  const known = Object.keys(policies);
  const problems = [policy, ...(other === '' ? [] : [other])]
    .filter((name) => !known.includes(name))
    .map((name) => `there is no policy ${JSON.stringify(name)}; there are ${known.join(', ')}`);
  if (!['even', 'random', 'heavy'].includes(mix)) problems.push(`mix: ${JSON.stringify(mix)} is none of even, random, heavy`);
  if (rate * seconds > mostRequests)
    problems.push(`${rate} requests a second for ${seconds} s are more than ${mostRequests}; give fewer of one`);
  if (servers.every(({ weight }) => weight === 0)) problems.push('servers: with all weights 0, nobody would take requests');
  return problems;
}
