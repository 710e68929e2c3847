// You are here: 12 of 23 in docs/reading.md. Next: brain/pool/pool.ts.

import type { Attempt } from '../exchange/attempt.ts';
import type { Choice } from '../exchange/choice.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Lease } from '../pool/lease.ts';
import type { Pool } from '../pool/pool.ts';
import type { Candidate } from '../select/candidate.ts';
import type { SelectionPolicy } from '../select/policy.ts';

/** The policy in use. */
export interface PolicyInUse {
  readonly policy: SelectionPolicy;
  readonly policyName: string;
  /** Its number in the registry, from 0. */
  readonly policyNumber: number;
}

/** What is known of a request before it is decided where it goes. */
export interface Wish {
  /** What a hash policy hashes. */
  readonly key: string;
  /** The id of the origin that the client's cookie or login leads to; it counts for the first attempt, if that origin can take it. */
  readonly stickTo?: string | undefined;
}

/** An attempt that has begun, and its lease. */
export interface Begun {
  readonly attempt: Attempt;
  readonly lease: Lease;
}

/**
 * Picks an origin for an exchange's next attempt and counts it in flight there, between which no other thread picks. Nothing where no
 * origin can take it; `nobody` of the exchange then says why.
 */
export function choose(exchange: Exchange, wish: Wish, pool: Pool, inUse: PolicyInUse): Begun | undefined {
  const begun = pool.exclusively(() => {
    const picked = pick(exchange, wish, pool, inUse);
    if (!picked) return undefined;
    const [candidate, choice] = picked;
    const lease = pool.lease(candidate);
    lease.tally.picked(inUse.policyNumber);
    return { attempt: { origin: candidate.origin, choice, startedAt: choice.view.at }, lease };
  });
  inUse.policy.afterPick?.();
  return begun;
}

function pick(
  exchange: Exchange,
  { key, stickTo }: Wish,
  pool: Pool,
  { policy, policyName }: PolicyInUse,
): [Candidate, Choice] | undefined {
  const tried = exchange.attempts.map(({ origin }) => origin.id);
  const candidates = pool.candidates(tried);
  const view = pool.view(candidates, tried);
  const stuck = stickTo === undefined || tried.length > 0 ? undefined : pool.candidateCalled(stickTo);
  if (stuck) return [stuck, { policy: policyName, key, facts: undefined, view }];
  if (candidates.length === 0) {
    exchange.nobody = view.excluded;
    return undefined;
  }
  const { candidate, facts } = policy.select(candidates, { key });
  return [candidate, { policy: policyName, key, facts, view }];
}
