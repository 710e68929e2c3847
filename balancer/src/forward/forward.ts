import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { exchangeOf, type RoadExchange } from '../admit/road-exchange.ts';
import type { Dispatch, DispatchRules, Journey } from '../brain/dispatch/journey.ts';
import type { Pool } from '../brain/pool/pool.ts';
import type { ExplainRule } from './explain.ts';
import { giveUp } from './give-up.ts';
import { type KeySource, keyOf } from './key.ts';
import { loginOf } from './logins.ts';
import type { Stickiness } from './sticky.ts';
import type { BodyRules } from './take-body.ts';
import { carriedBy, type Transport } from './transport.ts';

/** What may change from one request to the next. */
export interface ForwardRules extends BodyRules, DispatchRules {
  /** What a hash policy hashes. */
  readonly key: KeySource;
  /** Missing where clients don't stick to origins. */
  readonly stickiness: Stickiness | undefined;
  /** Whom to tell why their requests went where they went. */
  readonly explain: ExplainRule;
}

/** What the forward stage works with. */
export interface ForwardParts {
  readonly pool: Pool;
  readonly dispatch: Dispatch;
  readonly transport: Transport;
  readonly rules: () => ForwardRules;
}

/** No origin can take the request now. */
class NoOriginLeft extends Error {}

/** The stage that gets an answer: http-proxy-middleware, whose router function chooses an origin for every attempt. */
export function forward({ pool, dispatch, transport, rules }: ForwardParts): RequestHandler {
  const router = (req: Request) => {
    const exchange = exchangeOf(req);
    const attempt = exchange.journey?.next(wishOf(req, exchange, rules()));
    if (!attempt) throw new NoOriginLeft();
    // A new client will stick to this origin.
    const { stickiness } = rules();
    if (stickiness && attempt.choice.facts) exchange.told = ['Set-Cookie', stickiness.cookieFor(attempt.origin.id, exchange.secure)];
    return attempt.origin.url;
  };

  const proxy = createProxyMiddleware<Request, Response>({ router, plugins: [carriedBy(transport)], ejectPlugins: true });

  /** One attempt: through the middleware, hence through the router. False if no origin is left to try. */
  const attempt = async (req: Request, res: Response, journey: Journey) => {
    let problem: unknown;
    try {
      await proxy(req, res, (error) => {
        problem = error;
      });
    } catch (error) {
      // The middleware throws what it has nobody to tell of; the lease ends all the same.
      problem = error;
    }
    if (problem instanceof NoOriginLeft) return false;
    if (exchangeOf(req).attempts.length > 0) journey.left();
    if (problem) throw problem;
    return true;
  };

  /** Attempts until one is answered or there is nothing left to try; why there is no other, in a few words. */
  const attempts = async (req: Request, res: Response, journey: Journey) => {
    let reason = journey.reasonNotToBegin();
    while (reason === undefined) {
      const isMade = await attempt(req, res, journey);
      reason = isMade ? journey.reasonToStop() : journey.reasonForNobody();
    }
    return reason;
  };

  return async (req, res) => {
    const exchange = exchangeOf(req);
    const explained = rules().explain(exchange.client, req.headers);
    exchange.isExplained = explained !== undefined;
    exchange.explained = explained ?? [];
    const journey = dispatch.begin(exchange, () => exchange.leavePlace?.());
    exchange.journey = journey;
    const end = await attempts(req, res, journey).finally(() => journey.end());
    const outcome = journey.failureFor(end);
    if (outcome?.kind === 'answered') return;
    exchange.notRetried = end;
    giveUp(exchange, res, outcome, pool.hasReady());
  };
}

/** What is known of a request before it is decided where it goes: its key, and where its client's login or cookie leads. */
function wishOf(req: Request, { client, target, attempts }: RoadExchange, { key, stickiness }: ForwardRules) {
  const stickTo = attempts.length === 0 ? (loginOf(req.socket) ?? stickiness?.originIn(req.headers.cookie)) : undefined;
  return { key: keyOf(key, { client, target, headers: req.headers }), stickTo };
}
