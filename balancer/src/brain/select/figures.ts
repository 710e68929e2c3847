import type { Candidate } from './candidate.ts';

/** Candidates whose figures are kept with a pick: enough to follow it, and bounded however many origins there are. */
const kept = 16;

/** What the candidates have in flight now, in list order; of a long list, the beginning. */
export function inFlightOf(candidates: readonly Candidate[]): readonly number[] {
  return candidates.slice(0, kept).map(({ inFlight }) => inFlight);
}

/** The names of the candidates at the first `count` of `places`; of many, the first few. */
export function idsOf(candidates: readonly Candidate[], places: readonly number[], count: number): readonly string[] {
  return places.slice(0, Math.min(count, kept)).map((place) => candidates[place]?.origin.id ?? '');
}

/** `in flight 3/1/1/5`, of so many candidates in all. */
export function inFlightInWords(figures: readonly number[], candidates: number): string {
  return `in flight ${figures.join('/')}${candidates > figures.length ? `/… of ${candidates}` : ''}`;
}

/** `a, b and c`, of so many in all. */
export function idsInWords(ids: readonly string[], all: number): string {
  const last = all > ids.length ? `${all - ids.length} more` : ids.at(-1);
  const others = all > ids.length ? ids : ids.slice(0, -1);
  return others.length > 0 ? `${others.join(', ')} and ${last}` : `${last}`;
}
