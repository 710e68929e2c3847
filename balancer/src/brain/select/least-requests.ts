import type { Among } from './among.ts';
import type { Candidate } from './candidate.ts';
import { compareLoad } from './compare-load.ts';
import { idsInWords, idsOf, inFlightInWords, inFlightOf } from './figures.ts';
import { firstOf } from './first.ts';
import type { Facts, PolicyFactory } from './policy.ts';
import { Rotation } from './round-robin.ts';
import { evenWeightOf } from './weights.ts';

/** Who had how much, who had least, and whose turn it was among those. */
interface Figures extends Facts {
  readonly candidates: number;
  readonly inFlight: readonly number[];
  readonly tied: number;
  readonly tiedIds: readonly string[];
  readonly turn: Facts;
}

/**
 * Picks the candidate with the fewest requests in flight for its weight. Those who have equally few take turns as in round
 * robin: the one that has waited longest is next.
 *
 * For requests whose cost varies and origins that may slow down: a slow origin's requests pile up, so that it gets fewer new
 * ones. Not for many balancers over the same origins, each of which sees its own requests only; there, two-choices.
 * Source: nginx's least_conn, whose ties take turns too. Without that, requests one after the other all go to one origin.
 */
export const leastRequests: PolicyFactory = ({ turns }) => {
  const rotation = new Rotation(turns);
  const least = new Least();

  return {
    select(candidates) {
      least.gather(candidates);
      const { candidate, facts: turn } = rotation.next(candidates, least);
      const facts: Figures = {
        candidates: candidates.length,
        inFlight: inFlightOf(candidates),
        tied: least.count,
        tiedIds: idsOf(candidates, least.places, least.count),
        turn,
        explain,
      };
      return { candidate, facts };
    },
  };
};

/** The places of those who have least in flight for their weight; used again with every pick. */
class Least implements Among {
  readonly places: number[] = [];
  count = 0;

  gather(candidates: readonly Candidate[]): void {
    if (Number.isNaN(evenWeightOf(candidates))) this.#gatherByWeight(candidates);
    else this.#gatherEven(candidates);
  }

  #gatherEven(candidates: readonly Candidate[]): void {
    const { places } = this;
    let least = Number.POSITIVE_INFINITY;
    let count = 0;
    for (let place = 0; place < candidates.length; place += 1) {
      const inFlight = (candidates[place] as Candidate).inFlight;
      if (inFlight > least) continue;
      if (inFlight < least) count = 0;
      least = inFlight;
      places[count] = place;
      count += 1;
    }
    this.count = count;
  }

  #gatherByWeight(candidates: readonly Candidate[]): void {
    let least = firstOf(candidates);
    let place = 0;
    this.count = 0;
    for (const candidate of candidates) {
      const order = compareLoad(candidate, least);
      if (order < 0) {
        least = candidate;
        this.count = 0;
      }
      if (order <= 0) {
        this.places[this.count] = place;
        this.count += 1;
      }
      place += 1;
    }
  }
}

function explain(this: Figures): string {
  const figures = inFlightInWords(this.inFlight, this.candidates);
  const ids = idsInWords(this.tiedIds, this.tied);
  return this.tied > 1 ? `${figures}; ${ids} tie; ${this.turn.explain()}` : `${figures}; ${ids} has least for its weight`;
}
