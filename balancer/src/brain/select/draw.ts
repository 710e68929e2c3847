import type { Candidate } from './candidate.ts';
import { firstOf } from './first.ts';

/**
 * Draws a candidate in proportion to the weights, where `at` in [0, 1) decides; alike where all weights are 0. `except` is
 * left out unless it is the only one: two draws, the second without the first, are two distinct candidates.
 */
export function draw(candidates: readonly Candidate[], at: number, except?: Candidate): Candidate {
  let total = 0;
  for (const candidate of candidates) if (candidate !== except) total += candidate.weight;
  return total > 0 ? drawByWeight(candidates, at * total, except) : drawAlike(candidates, at, except);
}

/** Where the candidates' weights stand end to end, the one at whose place `at` falls. */
function drawByWeight(candidates: readonly Candidate[], at: number, except: Candidate | undefined): Candidate {
  let left = at;
  let drawn = except;
  for (const candidate of candidates) {
    if (candidate === except || candidate.weight === 0) continue;
    drawn = candidate;
    left -= candidate.weight;
    if (left < 0) break;
  }
  return drawn ?? firstOf(candidates);
}

function drawAlike(candidates: readonly Candidate[], at: number, except: Candidate | undefined): Candidate {
  const others = candidates.filter((candidate) => candidate !== except);
  return others[Math.floor(at * others.length)] ?? firstOf(candidates);
}
