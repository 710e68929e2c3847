import type { Among } from './among.ts';
import type { Candidate } from './candidate.ts';
import { candidateAt } from './first.ts';
import type { TurnPages } from './turn-pages.ts';

/** Turns that an origin may be owed at the most: among the same candidates it is never quite so much (found by trying random weights). */
const mostOwed = 1.3;

/** What adding up fractions may be wrong by, as a part of a turn. */
const tiny = 1e-9;

/** Whose turn it is by credit, and what that turn costs. */
export interface Payment {
  readonly place: number;
  readonly cost: number;
}

/**
 * nginx's smooth weighted round robin: with each turn everybody gets credit by weight, and who has most pays for the turn with all of it
 * (5, 1, 1 gives a a b a c a a). Source: nginx, src/http/ngx_http_upstream_round_robin.c.
 */
export class SmoothWeights {
  readonly #pages: TurnPages;

  constructor(pages: TurnPages) {
    this.#pages = pages;
  }

  /** Gives credit for one more turn; whose it is, is still to pay. */
  next(candidates: readonly Candidate[], among: Among): Payment {
    const cost = this.#giveCredit(candidates, among);
    return { place: this.#richest(candidates, among), cost };
  }

  /** Gives everyone credit by weight; returns what a turn costs: all of it. */
  #giveCredit(candidates: readonly Candidate[], among: Among): number {
    const { weights, credits, lowest, highest } = this.#sums(candidates, among);
    const least = weights / among.count - weights;
    const most = mostOwed * weights;
    if (Math.abs(credits) > tiny * weights || lowest < least - tiny || highest > most) this.#evenOut(candidates, among, least, most);
    for (let i = 0; i < among.count; i += 1) {
      const place = among.places[i] ?? 0;
      const candidate = candidateAt(candidates, place);
      this.#pages.of(candidate, place).credit += candidate.weight;
    }
    return weights;
  }

  /**
   * Credits of the same candidates add up to 0, and none is a whole turn below or much more above. Where that is not so, others took
   * part before, or weights were others: what is too much is evened out, so that nobody waits for what was owed among those.
   */
  #evenOut(candidates: readonly Candidate[], { places, count }: Among, least: number, most: number): void {
    const all = places.slice(0, count).map((place) => this.#pages.of(candidateAt(candidates, place), place));
    for (const its of all) its.credit = Math.max(least, Math.min(most, its.credit));
    const owed = all.reduce((sum, { credit }) => sum + Math.max(0, credit), 0);
    const owing = all.reduce((sum, { credit }) => sum + Math.max(0, -credit), 0);
    const less = Math.min(owed, owing);
    for (const its of all) if (its.credit !== 0) its.credit *= less / (its.credit > 0 ? owed : owing);
  }

  #sums(candidates: readonly Candidate[], { places, count }: Among) {
    let [weights, credits, lowest, highest] = [0, 0, 0, 0];
    for (let i = 0; i < count; i += 1) {
      const place = places[i] ?? 0;
      const candidate = candidateAt(candidates, place);
      const { credit } = this.#pages.of(candidate, place);
      weights += candidate.weight;
      credits += credit;
      lowest = Math.min(lowest, credit);
      highest = Math.max(highest, credit);
    }
    return { weights, credits, lowest, highest };
  }

  /** The place of the first with the most credit. */
  #richest(candidates: readonly Candidate[], { places, count }: Among): number {
    let richest = places[0] ?? 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i += 1) {
      const place = places[i] ?? 0;
      const { credit } = this.#pages.of(candidateAt(candidates, place), place);
      if (credit <= most) continue;
      richest = place;
      most = credit;
    }
    return richest;
  }
}
