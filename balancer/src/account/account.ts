import type { RequestHandler } from 'express';
import { exchangeIn } from '../exchange.ts';
import type { Log } from './log.ts';
import { recordOf } from './record.ts';

/** The stage that sees an exchange end, however it ends, and leaves its record in the log. */
export function account(log: Log, now: () => number): RequestHandler {
  return (req, res, next) => {
    res.on('close', () => {
      const exchange = exchangeIn(req);
      if (exchange) log.exchange(() => recordOf(exchange, res, now(), new Date()));
    });
    next();
  };
}
