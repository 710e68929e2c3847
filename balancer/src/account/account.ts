import type { RequestHandler, Response } from 'express';
import { exchangeIn, type RoadExchange } from '../admit/road-exchange.ts';
import { classOf, type Tally } from '../brain/pool/tally.ts';
import type { Decisions } from '../brain/story/decisions.ts';
import type { Log } from './log.ts';
import { recordOf } from './record.ts';

/** Where what exchanges leave behind goes. */
export interface AccountParts {
  readonly log: Log;
  readonly decisions: Decisions;
  /** Where this thread counts exchanges. */
  readonly counts: Tally;
  readonly now: () => number;
}

/** The stage that sees an exchange begin and end, however it ends, and remembers it; its record goes to the log. */
export function account({ log, decisions, counts, now }: AccountParts): RequestHandler {
  return (req, res, next) => {
    res.on('close', () => {
      const exchange = exchangeIn(req);
      if (!exchange) return;
      const ended = { at: now(), status: statusOf(res) };
      exchange.ended = ended;
      counts.ended(ended.status === null ? 'clientLeft' : classOf(ended.status));
      counts.took(ended.at - exchange.startedAt);
      letGo(exchange);
      decisions.changed(exchange);
      log.exchange(() => recordOf(exchange, ended.at, new Date()));
    });
    next();
    // The stages behind this one have begun it, and may have chosen an origin already.
    const exchange = exchangeIn(req);
    if (exchange) decisions.begin(exchange);
  };
}

const nothing: readonly string[] = [];

/** Lets go of what a finished exchange needs no more: it is remembered for a while, and what it holds is kept with it. */
function letGo(exchange: RoadExchange): void {
  exchange.body = null;
  exchange.added = nothing;
  exchange.told = nothing;
}

/** The status of the whole response that a client got; null if it got none. */
function statusOf(res: Response): number | null {
  return res.writableFinished || res.statusCode === 101 ? res.statusCode : null;
}
