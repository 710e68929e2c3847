import type { Candidate } from '../pool/pool.ts';
import type { PolicyFactory } from './policy.ts';

/**
 * Picks the candidate that has waited longest since its last pick; those never picked come first, in list order.
 * Remembering who waited, rather than a position in a list, keeps the turns fair when candidates come and go.
 */
export const roundRobin: PolicyFactory = () => {
  const lastTurns = new Map<string, number>();
  let turn = 0;

  const lastTurn = (candidate: Candidate) => lastTurns.get(candidate.origin.id) ?? 0;

  return {
    select(candidates) {
      const candidate = candidates.reduce((longest, next) => (lastTurn(next) < lastTurn(longest) ? next : longest));
      turn += 1;
      lastTurns.set(candidate.origin.id, turn);
      return { candidate };
    },
  };
};
