// You are here: 9 of 23 in docs/reading.md. Next: dispatch/router.ts.

import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Stage } from '../admit/stage.ts';
import type { Journey } from '../brain/dispatch/journey.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { laneOf } from '../route/lane.ts';
import type { ExplainRule } from './explain.ts';
import { giveUp } from './give-up.ts';
import { NoOriginLeft } from './router.ts';

/** Makes one attempt, and hands on what went wrong: http-proxy-middleware, whose router has chosen the origin. */
export type Middleware = (...[exchange, request, reply, failed]: [...Parameters<Stage>, (error?: unknown) => void]) => Promise<void>;

/** The stage that gets an answer: attempt after attempt, each through the middleware, hence through its router. */
export function dispatch(explain: ExplainRule, middleware: Middleware): Stage {
  /** One attempt; false if no origin is left to try. */
  const attempt = async (exchange: RoadExchange, request: RoadRequest, reply: Reply, journey: Journey) => {
    let problem: unknown;
    try {
      await middleware(exchange, request, reply, (error) => {
        problem = error;
      });
    } catch (error) {
      // The middleware throws what it has nobody to tell of; the lease ends all the same.
      problem = error;
    }
    if (problem instanceof NoOriginLeft) return false;
    if (exchange.attempts.length > 0) journey.left();
    if (problem) throw problem;
    return true;
  };

  return async (exchange, request, reply) => {
    const { dispatch: brain, pool } = laneOf(request);
    const explained = explain(exchange.client, request.headers);
    exchange.isExplained = explained !== undefined;
    exchange.explained = explained ?? [];
    const journey = brain.begin(exchange, () => exchange.leavePlace?.());
    exchange.journey = journey;
    let end = journey.reasonNotToBegin();
    try {
      while (end === undefined) {
        const isMade = await attempt(exchange, request, reply, journey);
        end = isMade ? journey.reasonToStop() : journey.reasonForNobody();
      }
    } finally {
      journey.end();
    }
    const outcome = journey.failureFor(end);
    if (outcome?.kind === 'answered') return;
    exchange.notRetried = end;
    giveUp(exchange, reply, outcome, pool.hasReady());
  };
}
