import type { Request } from 'express';
import { keyOf } from '../brain/dispatch/key.ts';
import type { Choice } from '../brain/exchange/choice.ts';
import type { Attempt, Exchange } from '../brain/exchange/exchange.ts';
import type { Pool } from '../brain/pool/pool.ts';
import type { Candidate } from '../brain/select/candidate.ts';
import type { ForwardRules } from './forward.ts';
import { loginOf } from './logins.ts';

/** There is no origin that is left to try. */
export class NoOriginLeft extends Error {}

/**
 * Makes a function that chooses an origin for an exchange's next attempt and counts that in flight there; no other thread picks
 * meanwhile. It throws NoOriginLeft.
 */
export function chooser(pool: Pool, rules: () => ForwardRules): (req: Request, exchange: Exchange) => Attempt {
  /** The policy's pick among the origins that were not tried yet; a client that sticks to origins will stick to this one. */
  const pick = (exchange: Exchange, candidates: readonly Candidate[], key: string) => {
    const { policy, stickiness } = rules();
    const picked = policy.select(candidates, { key });
    if (stickiness) exchange.told = ['Set-Cookie', stickiness.cookieFor(picked.candidate.origin.id, exchange.secure)];
    return picked;
  };

  /** The origin at which the client's connection has logged in, or that the client sticks to, if it can take the request's first attempt. */
  const stuckTo = (req: Request, { attempts }: Exchange) => {
    const id = attempts.length === 0 ? (loginOf(req.socket) ?? rules().stickiness?.originIn(req.headers.cookie)) : undefined;
    return id === undefined ? undefined : pool.candidateCalled(id);
  };

  const choose = (req: Request, exchange: Exchange): [Candidate, Choice] => {
    const tried = exchange.attempts.map(({ origin }) => origin.id);
    const candidates = pool.candidates(tried);
    const view = pool.view(candidates, tried);
    const { policyName, key: source } = rules();
    const key = keyOf(source, { client: exchange.client, target: exchange.target, headers: req.headers });
    const stuck = stuckTo(req, exchange);
    if (stuck) return [stuck, { policy: policyName, key, facts: undefined, view }];
    if (candidates.length === 0) {
      exchange.nobody = view.excluded;
      throw new NoOriginLeft();
    }
    const { candidate, facts } = pick(exchange, candidates, key);
    return [candidate, { policy: policyName, key, facts, view }];
  };

  return (req, exchange) =>
    pool.exclusively(() => {
      const [candidate, choice] = choose(req, exchange);
      const release = pool.lease(candidate);
      const tally = pool.tallyOf(candidate);
      tally.picked(rules().policyNumber);
      exchange.attempts.at(-1)?.tally.leftBehind();
      const { origin } = candidate;
      return { origin, tally, choice, candidate, release, waited: pool.timed(candidate), now: pool.now, startedAt: choice.view.at };
    });
}
