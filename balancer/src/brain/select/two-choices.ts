import { compareLoad } from './compare-load.ts';
import { draw } from './draw.ts';
import type { Facts, PolicyFactory } from './policy.ts';

/** The two that were drawn, with what they had in flight. */
interface Draws extends Facts {
  readonly first: string;
  readonly second: string;
  readonly firstInFlight: number;
  readonly secondInFlight: number;
  /** Below 0 where the first had less for its weight, 0 where both had as much. */
  readonly order: number;
}

/**
 * Draws two distinct candidates at random, each with a chance in proportion to its weight, and takes the one with fewer
 * requests in flight for its weight. Where both have as many, the first drawn is taken.
 *
 * Nearly as even as least-requests, but many balancers over the same origins don't all run to the same one. Not for few
 * requests one after the other: where nothing is in flight, it is random. Source: Mitzenmacher, The power of two choices in
 * randomized load balancing, 2001 (the fullest of n is about ln ln n / ln 2 full); distinct draws as in Finagle and nginx.
 */
export const twoChoices: PolicyFactory = ({ random }) => ({
  select(candidates) {
    const first = draw(candidates, random());
    const second = draw(candidates, random(), first);
    const order = compareLoad(first, second);
    const facts: Draws = {
      first: first.origin.id,
      second: second.origin.id,
      firstInFlight: first.inFlight,
      secondInFlight: second.inFlight,
      order,
      explain,
    };
    return { candidate: order > 0 ? second : first, facts };
  },
});

function explain(this: Draws): string {
  const { first, second, firstInFlight, secondInFlight, order } = this;
  if (first === second) return `${first} is the only candidate`;
  const drawn = `drew ${first} with ${firstInFlight} in flight and ${second} with ${secondInFlight}`;
  if (order === 0) return `${drawn}; they tie, so the first drawn is taken`;
  return `${drawn}; ${order < 0 ? first : second} has less for its weight`;
}
