import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { type Attempt, type Exchange, exchangeOf } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import type { SelectionPolicy } from '../select/policy.ts';
import { giveUp } from './give-up.ts';
import { type KeySource, keyOf } from './key.ts';
import { mayTryAnother } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import type { Stickiness } from './sticky.ts';
import { carriedBy, type Transport } from './transport.ts';

/** What may change from one request to the next. */
export interface ForwardRules {
  readonly policy: SelectionPolicy;
  /** What a hash policy hashes. */
  readonly key: KeySource;
  /** Missing where clients don't stick to origins. */
  readonly stickiness: Stickiness | undefined;
  /** Further attempts after the first, each on an origin not yet tried. */
  readonly retries: number;
  /** The longest silence inside a request body, in ms. */
  readonly patience: number;
}

/** What the forward stage works with. */
export interface ForwardParts {
  readonly pool: Pool;
  readonly transport: Transport;
  readonly rules: () => ForwardRules;
  /** Told of every attempt's end, before another one is made. */
  readonly observe: (attempt: Attempt) => void;
}

/** The router found no origin that is left to try. */
class NoOriginLeft extends Error {}

/** The stage that gets an answer: http-proxy-middleware, whose router function chooses an origin for every attempt. */
export function forward({ pool, transport, rules, observe }: ForwardParts): RequestHandler {
  const budget = new RetryBudget();

  /** The policy's pick among the origins that were not tried yet; a client that sticks to origins will stick to this one. */
  const pick = (req: Request, exchange: Exchange) => {
    const candidates = pool.candidates(exchange.attempts.map(({ origin }) => origin.id));
    if (candidates.length === 0) throw new NoOriginLeft();
    const { policy, key, stickiness } = rules();
    const { client, target, secure } = exchange;
    const { candidate } = policy.select(candidates, { key: keyOf(key, { client, target, headers: req.headers }) });
    if (stickiness) exchange.told = ['Set-Cookie', stickiness.cookieFor(candidate.origin.id, secure)];
    return candidate;
  };

  /** The origin that the client sticks to, if it can take the request's first attempt. */
  const stuckTo = (req: Request, { attempts }: Exchange) => {
    const id = attempts.length === 0 ? rules().stickiness?.originIn(req.headers.cookie) : undefined;
    return id === undefined ? undefined : pool.candidateCalled(id);
  };

  const router = (req: Request) => {
    const exchange = exchangeOf(req);
    const [candidate, release] = pool.exclusively(() => {
      const chosen = stuckTo(req, exchange) ?? pick(req, exchange);
      return [chosen, pool.lease(chosen)];
    });
    exchange.attempts.push({ origin: candidate.origin, release, waited: pool.timed(candidate), startedAt: pool.now() });
    return candidate.origin.url;
  };

  const proxy = createProxyMiddleware<Request, Response>({ router, plugins: [carriedBy(transport)], ejectPlugins: true });

  /** One attempt: through the middleware, hence through the router. False if no origin is left to try. */
  const attempt = async (req: Request, res: Response, exchange: Exchange) => {
    let problem: unknown;
    await proxy(req, res, (error) => {
      problem = error;
    });
    if (problem instanceof NoOriginLeft) return false;
    const latest = exchange.attempts.at(-1);
    latest?.release();
    if (problem) throw problem;
    if (latest) observe(latest);
    return true;
  };

  /** Whether there is room for another attempt. A request that moves on from an origin that was taken out costs no room. */
  const hasRoom = (exchange: Exchange, room: { taken: boolean }) => {
    const failed = exchange.attempts.at(-1)?.origin;
    if (room.taken || (failed && pool.isLeftOut(failed))) return true;
    room.taken = budget.tryTake();
    return room.taken;
  };

  /** Attempts until one is answered or there is nothing left to try. */
  const attempts = async (req: Request, res: Response, exchange: Exchange) => {
    const room = { taken: false };
    budget.begin();
    try {
      let again = await attempt(req, res, exchange);
      while (again && exchange.attempts.length <= rules().retries && mayTryAnother(exchange)) {
        again = hasRoom(exchange, room) && (await attempt(req, res, exchange));
      }
    } finally {
      budget.end(room.taken);
    }
  };

  return async (req, res) => {
    const exchange = exchangeOf(req);
    await attempts(req, res, exchange);
    const outcome = exchange.attempts.at(-1)?.outcome;
    if (outcome?.kind !== 'answered') giveUp(exchange, res, outcome, pool.hasReady());
  };
}
