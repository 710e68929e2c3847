import type { Choice } from '../exchange/choice.ts';
import type { CandidateView } from '../pool/view.ts';
import { hash } from '../select/hash.ts';
import { policies } from '../select/policies.ts';
import type { PolicyEnv, PolicyFactory, TurnBook } from '../select/policy.ts';

/** What another policy would have done in the state of a pick. */
export interface Counterfactual {
  readonly policy: string;
  readonly origin: string;
  readonly why: string;
}

/**
 * What every other policy would have picked in the same state: the same candidates with the same figures, turns and key, at the
 * same time. Chance is drawn from `seed`, so that the answer stays the same. A policy that asks origins for their load
 * (`prequal`) has the balancer's own figures instead. Nothing where not all candidates were kept, or there were none.
 */
export function whatIf({ policy, key, view }: Choice, seed: string): Counterfactual[] {
  const { candidates, candidatesInAll } = view;
  if (candidates.length === 0 || candidatesInAll > candidates.length) return [];
  return Object.entries(policies)
    .filter(([name]) => name !== policy)
    .map(([name, factory]) => ({ policy: name, ...pickOf(factory, candidates, key, envOf(view, `${seed} ${name}`)) }));
}

function pickOf(factory: PolicyFactory, candidates: readonly CandidateView[], key: string, env: PolicyEnv): Omit<Counterfactual, 'policy'> {
  const { candidate, facts } = factory(env).select(candidates, { key });
  return { origin: candidate.origin.id, why: facts.explain() };
}

function envOf({ at, turn, candidates }: Choice['view'], seed: string): PolicyEnv {
  return { now: () => at, random: drawsFrom(seed), turns: bookOf(candidates, turn) };
}

/** The turns as they were; what is written there is forgotten. */
function bookOf(candidates: readonly CandidateView[], turn: number): TurnBook {
  const turns = new Map(candidates.map(({ origin, lastTurn, credit }) => [origin.id, { last: lastTurn, credit }]));
  return { next: () => turn + 1, of: ({ id }) => turns.get(id) ?? { last: 0, credit: 0 } };
}

/** Numbers in [0, 1) that are always the same for one seed. */
function drawsFrom(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return hash(seed, count) / 2 ** 32;
  };
}
