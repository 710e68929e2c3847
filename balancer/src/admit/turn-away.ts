import type { Response } from 'express';
import type { Refusal } from '../brain/exchange/refusals.ts';
import { refuse } from '../listen/refuse.ts';
import { exchangeOf } from './road-exchange.ts';

/** Ends an exchange before it had an attempt; `reason` says why none was made, in a few words for its story. Its client is told the id. */
export function turnAway(res: Response, refusal: Refusal, reason: string): void {
  if (res.headersSent) return;
  const exchange = exchangeOf(res.req);
  exchange.notRetried = reason;
  refuse(res, refusal, ` (request ${exchange.id})`);
}
