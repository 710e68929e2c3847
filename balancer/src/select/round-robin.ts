import type { Candidate } from '../pool/pool.ts';
import type { PolicyFactory } from './policy.ts';

/** What is remembered of an origin between its turns. */
interface Turns {
  /** The number of its last turn; 0 before the first. */
  last: number;
  /** Its credit in the smooth rotation: grows by its weight with each pick, falls by all weights when it is picked. */
  credit: number;
}

/**
 * Picks the candidate that has waited longest since its last pick; those never picked come first, in list order.
 * Remembering who waited, rather than a position in a list, keeps the turns fair when candidates come and go.
 *
 * Where weights differ, this is nginx's smooth weighted round robin: turns in proportion to the weights, spread as evenly
 * as can be (5, 1, 1 gives a a b a c a a), and never more than one turn ahead of the exact share.
 * Source: nginx, src/http/ngx_http_upstream_round_robin.c.
 */
export const roundRobin: PolicyFactory = () => {
  const memory = new Map<string, Turns>();
  let turn = 0;

  const turnsOf = ({ origin }: Candidate) => {
    let turns = memory.get(origin.id);
    if (!turns) {
      turns = { last: 0, credit: 0 };
      memory.set(origin.id, turns);
    }
    return turns;
  };

  const longestWaiting = (candidates: readonly Candidate[]) =>
    candidates.reduce((longest, next) => (turnsOf(next).last < turnsOf(longest).last ? next : longest));

  const nextOfRotation = (candidates: readonly Candidate[]) => {
    for (const candidate of candidates) turnsOf(candidate).credit += candidate.weight;
    const next = candidates.reduce((richest, next) => (turnsOf(next).credit > turnsOf(richest).credit ? next : richest));
    turnsOf(next).credit -= candidates.reduce((sum, { weight }) => sum + weight, 0);
    return next;
  };

  return {
    select(candidates) {
      const candidate = haveOneWeight(candidates) ? longestWaiting(candidates) : nextOfRotation(candidates);
      turn += 1;
      turnsOf(candidate).last = turn;
      return { candidate };
    },
  };
};

function haveOneWeight(candidates: readonly Candidate[]): boolean {
  const weight = candidates[0]?.weight;
  return candidates.every((candidate) => candidate.weight === weight);
}
