import type { Candidate } from './candidate.ts';
import { candidateAt, firstOf } from './first.ts';
import { evenWeightOf } from './weights.ts';

/** From how many candidates on it is first looked whether their weights are the same. */
const many = 64;

/**
 * Draws a candidate in proportion to the weights, where `at` in [0, 1) decides; alike where all weights are 0. `except` is
 * left out unless it is the only one: two draws, the second without the first, are two distinct candidates.
 */
export function draw(candidates: readonly Candidate[], at: number, except?: Candidate): Candidate {
  if (candidates.length >= many && evenWeightOf(candidates) > 0) return drawAlike(candidates, at, except);
  let total = 0;
  for (const candidate of candidates) if (candidate !== except) total += candidate.weight;
  return total > 0 ? drawByWeight(candidates, at * total, except) : drawAlike(candidates, at, except);
}

/** One of those who all have the same chance, without looking at all of them. */
function drawAlike(candidates: readonly Candidate[], at: number, except: Candidate | undefined): Candidate {
  if (!except) return candidateAt(candidates, Math.floor(at * candidates.length));
  const place = Math.floor(at * (candidates.length - 1));
  return candidateAt(candidates, place < candidates.indexOf(except) ? place : place + 1);
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
