import type { Candidate } from '../../src/pool/pool.ts';

/** Idle candidates of equal weight with the given ids. */
export function candidates(...ids: string[]): Candidate[] {
  return ids.map((id) => candidate(id));
}

/** An idle candidate of the given weight. */
export function candidate(id: string, weight = 1): Candidate {
  return { origin: { id, url: new URL('http://localhost'), weight, backup: false }, weight, inFlight: 0 };
}
