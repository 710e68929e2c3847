import type { Response } from 'express';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { failureOf } from '../brain/dispatch/failures.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { breakOff, refuse } from '../listen/refuse.ts';
import { explanationFields } from './explain.ts';

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
  if (outcome?.kind === 'starved' || outcome?.kind === 'overlong') res.shouldKeepAlive = false;
  if (exchange.isExplained) setAll(res, explanationFields(exchange));
  refuse(res, refusal, ` (request ${exchange.id})`);
}

/** Sets fields that are given as name, value, name, value … */
function setAll(res: Response, fields: readonly string[]): void {
  for (let i = 0; i < fields.length; i += 2) res.setHeader(fields[i] as string, fields[i + 1] as string);
}
