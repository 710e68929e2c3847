import type { Candidate } from './candidate.ts';

/**
 * Below 0 where `a` has less in flight for its weight than `b`, 0 where both have as much. Multiplied crosswise, so
 * that nothing is divided by 0: one of weight 0 counts as busier than any that has a weight.
 */
export function compareLoad(a: Candidate, b: Candidate): number {
  if (a.weight > 0 && b.weight > 0) return a.inFlight * b.weight - b.inFlight * a.weight;
  return b.weight - a.weight || a.inFlight - b.inFlight;
}
