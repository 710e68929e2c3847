import { draw } from './draw.ts';
import type { Facts, PolicyFactory } from './policy.ts';

/** What was drawn. */
interface Draw extends Facts {
  readonly id: string;
  /** The random number in [0, 1). */
  readonly drawn: number;
  readonly weight: number;
  readonly candidates: number;
}

/**
 * Draws a candidate at random, each with a chance in proportion to its weight. Nothing is remembered and nothing is looked
 * at, so that many balancers side by side need not agree on anything.
 *
 * For many requests over many origins that are alike. Not for few: chance alone gives one origin far more than another.
 * Source: nginx's `random`, Envoy's RANDOM, and every textbook.
 */
export const random: PolicyFactory = (env) => ({
  select(candidates) {
    const drawn = env.random();
    const candidate = draw(candidates, drawn);
    const facts: Draw = { id: candidate.origin.id, drawn, weight: candidate.weight, candidates: candidates.length, explain };
    return { candidate, facts };
  },
});

function explain(this: Draw): string {
  return `drew ${this.drawn.toFixed(3)} from 0 to 1, where ${this.id} stands with weight ${this.weight} among ${this.candidates}`;
}
