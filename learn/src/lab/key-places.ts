import type { Candidate } from '../../../balancer/src/brain/select/candidate.ts';
import { hash } from '../../../balancer/src/brain/select/hash.ts';
import { maglevHash } from '../../../balancer/src/brain/select/maglev-hash.ts';
import type { PolicyFactory } from '../../../balancer/src/brain/select/policy.ts';
import { rendezvousHash } from '../../../balancer/src/brain/select/rendezvous-hash.ts';
import { urlOf } from './url-of.ts';

/** Ways to lead a key always to the same origin: policies of the balancer, and the one that is none of them since it moves so many. */
export type KeyWay = 'mod n' | 'rendezvous-hash' | 'maglev-hash';

const policies: Readonly<Record<Exclude<KeyWay, 'mod n'>, PolicyFactory>> = {
  'rendezvous-hash': rendezvousHash,
  'maglev-hash': maglevHash,
};

/** So many keys, as the simulated clients have them. */
export function keysOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => `client-${number}`);
}

/** Which of the origins, by their numbers from 0, each key is led to by a balancer that begins with these origins. */
export function placesOf(way: KeyWay, keys: readonly string[], origins: readonly number[]): readonly number[] {
  if (way === 'mod n') return keys.map((key) => origins[hash(key, 0) % origins.length] ?? 0);
  const policy = policies[way]({ random: Math.random, now: () => 0 });
  const candidates = origins.map(idle);
  const numbers = new Map(candidates.map(({ origin }, place) => [origin.id, origins[place] ?? 0]));
  policy.prepare?.(candidates);
  return keys.map((key) => numbers.get(policy.select(candidates, { key }).candidate.origin.id) ?? 0);
}

/** What other origins make of the places of keys. */
export interface Moves {
  readonly stayed: number;
  readonly moved: number;
  /** Those who moved although their origin is still there, and not to a new one: who need not have. */
  readonly needless: number;
}

/** Compares the places of the same keys before and after. */
export function movesOf(before: readonly number[], after: readonly number[], origins: KeyOrigins): Moves {
  const movers = before.flatMap((from, key) => (from === after[key] ? [] : [{ from, to: after[key] ?? 0 }]));
  const needless = movers.filter(({ from, to }) => origins.after.includes(from) && origins.before.includes(to)).length;
  return { stayed: before.length - movers.length, moved: movers.length, needless };
}

/** Who the origins were, and who they are. */
export interface KeyOrigins {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** How many of so many keys move by a way. */
export function movesBy(way: KeyWay, count: number, origins: KeyOrigins): Moves {
  const keys = keysOf(count);
  return movesOf(placesOf(way, keys, origins.before), placesOf(way, keys, origins.after), origins);
}

function idle(number: number): Candidate {
  const id = `origin-${number + 1}`;
  return { origin: { id, url: urlOf(`http://${id}/`), weight: 1, backup: false }, weight: 1, inFlight: 0, latencyMs: 0 };
}
