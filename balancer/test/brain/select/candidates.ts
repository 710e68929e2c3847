import type { Candidate } from '../../../src/brain/select/candidate.ts';

/** A candidate whose figures a test may change. */
export type Changeable = { -readonly [Figure in keyof Candidate]: Candidate[Figure] };

/** Idle candidates of equal weight with the given ids. */
export function candidates(...ids: string[]): Changeable[] {
  return ids.map((id) => candidate(id));
}

/** An idle candidate of the given weight. */
export function candidate(id: string, weight = 1): Changeable {
  return { origin: { id, url: new URL('http://localhost'), weight, backup: false }, weight, inFlight: 0, latencyMs: 0 };
}

/** Candidates a, b, c … with so many in flight each. */
export function busy(...inFlight: number[]): Changeable[] {
  return inFlight.map((figure, index) => ({ ...candidate(String.fromCharCode(97 + index)), inFlight: figure }));
}

/** So many candidates named o0, o1 … */
export function many(count: number): Changeable[] {
  return Array.from({ length: count }, (_, index) => candidate(`o${index}`));
}

/** How often each value occurs. */
export function tally<Value>(values: Iterable<Value>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
