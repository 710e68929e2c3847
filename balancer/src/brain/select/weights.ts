import type { Candidate } from './candidate.ts';

/** Lists no longer than this are looked through each time. */
const short = 16;

/** The one weight that all of a list have, or NaN; worked out once, since a list of candidates and their weights stay as they are. */
const known = new WeakMap<readonly Candidate[], number>();

/** The weight that all of these have; NaN where weights differ. */
export function evenWeightOf(candidates: readonly Candidate[]): number {
  if (candidates.length <= short) return lookedUp(candidates);
  const weight = known.get(candidates);
  if (weight !== undefined) return weight;
  const found = lookedUp(candidates);
  known.set(candidates, found);
  return found;
}

function lookedUp(candidates: readonly Candidate[]): number {
  const [first] = candidates;
  if (!first) return Number.NaN;
  const { weight } = first;
  for (const candidate of candidates) if (candidate.weight !== weight) return Number.NaN;
  return weight;
}
