import type { CandidateView } from '../../../balancer/src/brain/pool/view.ts';

/** What round robin owes to one origin. */
interface Waiting {
  /** Its exact share of the picks since it was there, and how many it had. */
  share: number;
  had: number;
}

/**
 * Turns that an origin may be behind its exact share. Where weights differ, smooth weighted round robin is behind by up to 1.3 turns by
 * itself (found by trying random weights), and by almost one more when others came or went.
 */
const most = { alike: 2, weighted: 2.3 };

/** Follows a rotation: an origin that is offered all the time never waits for two turns, or little more where weights differ. */
export class Rotation {
  #among = '';
  #picks = 0;
  readonly #waiting = new Map<string, Waiting>();

  /** Takes in a pick; says what is wrong with it, or nothing. */
  turn(picked: string, candidates: readonly CandidateView[]): string | undefined {
    const among = candidates.map(({ origin: { id }, weight }) => `${id}*${weight}`).join();
    if (among !== this.#among) {
      this.#among = among;
      this.#picks = 0;
      this.#waiting.clear();
    }
    this.#picks += 1;
    const isWeighted = candidates.some(({ weight }) => weight !== candidates[0]?.weight);
    const patience = isWeighted ? most.weighted : most.alike;
    const all = candidates.reduce((sum, { weight }) => sum + weight, 0);
    for (const { origin, weight } of candidates) {
      const its = this.#waiting.get(origin.id) ?? { share: 0, had: 0 };
      this.#waiting.set(origin.id, its);
      its.share += all > 0 ? weight / all : 1 / candidates.length;
      if (origin.id === picked) its.had += 1;
      if (its.share - its.had >= patience)
        return `${origin.id} waits for ${(its.share - its.had).toFixed(1)} turns after ${this.#picks} picks among ${among}`;
    }
    return undefined;
  }
}
