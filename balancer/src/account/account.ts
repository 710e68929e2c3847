import type { RequestHandler } from 'express';
import { exchangeIn } from '../exchange.ts';
import type { Decisions } from './decisions.ts';
import type { Log } from './log.ts';
import { recordOf, statusOf } from './record.ts';

/** The stage that sees an exchange begin and end, however it ends, and remembers it; its record goes to the log. */
export function account(log: Log, decisions: Decisions, now: () => number): RequestHandler {
  return (req, res, next) => {
    res.on('close', () => {
      const exchange = exchangeIn(req);
      if (!exchange) return;
      exchange.ended = { at: now(), status: statusOf(res) };
      // What was sent needn't be remembered.
      exchange.body = null;
      decisions.changed(exchange);
      log.exchange(() => recordOf(exchange, now(), new Date()));
    });
    next();
    // The stages behind this one have begun it, and may have chosen an origin already.
    const exchange = exchangeIn(req);
    if (exchange) decisions.begin(exchange);
  };
}
