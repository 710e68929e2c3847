// You are here: 9 of 23 in docs/reading.md. Next: dispatch/router.ts.

import type { Request, RequestHandler, Response } from 'express';
import { exchangeOf } from '../admit/road-exchange.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import { laneOf } from '../route/lane.ts';
import type { ExplainRule } from './explain.ts';
import { giveUp } from './give-up.ts';
import { NoOriginLeft } from './router.ts';

/** Makes one attempt, and hands on what went wrong: http-proxy-middleware, whose router has chosen the origin. */
export type Middleware = (req: Request, res: Response, failed: (error?: unknown) => void) => Promise<void>;

/** The stage that gets an answer: attempt after attempt, each through the middleware, hence through its router. */
export function dispatch(explain: ExplainRule, middleware: Middleware): RequestHandler {
  /** One attempt; false if no origin is left to try. */
  const attempt = async (req: Request, res: Response, journey: Journey) => {
    let problem: unknown;
    try {
      await middleware(req, res, (error) => {
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
    const lane = laneOf(req);
    const explained = explain(exchange.client, req.headers);
    exchange.isExplained = explained !== undefined;
    exchange.explained = explained ?? [];
    const journey = lane.dispatch.begin(exchange, () => exchange.leavePlace?.());
    exchange.journey = journey;
    const end = await attempts(req, res, journey).finally(() => journey.end());
    const outcome = journey.failureFor(end);
    if (outcome?.kind === 'answered') return;
    exchange.notRetried = end;
    giveUp(exchange, res, outcome, lane.pool.hasReady());
  };
}
