import type { Load } from './policy.ts';

/**
 * Below 0 where `a` is the better choice, 0 where neither is. An origin is hot with more than `hotAbove` in flight. A cold one
 * is better than a hot one; of two cold ones the faster, of two hot ones the one with fewer in flight. Source: Prequal's
 * hot-cold lexicographic rule, NSDI 2024, §4.
 */
export function compareHotOrCold(a: Load, b: Load, hotAbove: number): number {
  const aIsHot = a.inFlight > hotAbove;
  const bIsHot = b.inFlight > hotAbove;
  if (aIsHot !== bIsHot) return aIsHot ? 1 : -1;
  return aIsHot ? a.inFlight - b.inFlight : a.latencyMs - b.latencyMs || a.inFlight - b.inFlight;
}
