import type { Candidate } from './candidate.ts';
import type { Facts, PolicyFactory } from './policy.ts';

/** How many there were to choose from. */
interface Place extends Facts {
  readonly id: string;
  readonly candidates: number;
}

/**
 * Picks the first candidate in list order. Everybody goes to one origin until it fails or is full, then to the next.
 *
 * For a main server with stand-ins behind it, or to fill few servers so that the others can sleep. Not for sharing load.
 * Source: Caddy's `first`, HAProxy's `balance first`.
 */
export const first: PolicyFactory = () => ({
  select(candidates) {
    const candidate = firstOf(candidates);
    const facts: Place = { id: candidate.origin.id, candidates: candidates.length, explain };
    return { candidate, facts };
  },
});

/** The first of the candidates. Throws if there is none, which is a mistake of whoever asked. */
export function firstOf(candidates: readonly Candidate[]): Candidate {
  const [candidate] = candidates;
  if (!candidate) throw new Error('a policy needs at least one candidate');
  return candidate;
}

/** The candidate at a place of the list; where there is none, the first. Throws if the list is empty. */
export function candidateAt(candidates: readonly Candidate[], place: number): Candidate {
  return candidates[place] ?? firstOf(candidates);
}

function explain(this: Place): string {
  return `${this.id} is the first of ${this.candidates}`;
}
