import type { Response } from 'express';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { failureOf } from '../brain/dispatch/failures.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { breakOff, refuse } from '../listen/refuse.ts';
import { explanationFields } from './explain.ts';
import { pairsOf } from './fields.ts';

/**
 * Tells the client that there is no answer; if one had begun, cuts the connection, so that half can't be taken for whole.
 * `isReady` is whether any origin is ready, which then can only have been busy.
 */
export function giveUp(exchange: RoadExchange, res: Response, outcome: Outcome | undefined, isReady: boolean): void {
  if (res.headersSent || outcome?.kind === 'abandoned') {
    breakOff(res);
    return;
  }
  const refusal = failureOf(outcome, isReady);
  if (outcome?.kind === 'starved') res.shouldKeepAlive = false;
  if (exchange.isExplained) for (const [name, value] of pairsOf(explanationFields(exchange))) res.setHeader(name, value);
  refuse(res, refusal, ` (request ${exchange.id})`);
}
