import type { ServerResponse } from 'node:http';
import type { Response } from 'express';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { failureOf } from '../brain/dispatch/failures.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
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
  const { status, sentence } = failureOf(outcome, isReady);
  if (status === 503) res.setHeader('Retry-After', '1');
  if (status === 408) res.shouldKeepAlive = false;
  if (exchange.isExplained) for (const [name, value] of pairsOf(explanationFields(exchange))) res.setHeader(name, value);
  // An origin's phrase may be left over from an answer that could not be begun.
  res.statusMessage = '';
  res.setHeader('Cache-Control', 'no-store');
  res.status(status).type('text').send(`${sentence} (request ${exchange.id})\n`);
}

/**
 * Ends an answer that can't become whole. One that has begun ends with a reset: to a client that reads up to the close (RFC 9112
 * §6.3) an orderly end would make it look whole, and a cache in front of us would keep it.
 */
export function breakOff(res: ServerResponse): void {
  if (res.headersSent) res.socket?.resetAndDestroy();
  res.destroy();
}
