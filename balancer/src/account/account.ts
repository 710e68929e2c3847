import type { RequestHandler } from 'express';
import { exchangeOf } from '../exchange.ts';
import type { Log } from './log.ts';
import { recordOf } from './record.ts';

/** The stage that sees an exchange end, however it ends, and leaves its record in the log. */
export function account(log: Log, now: () => number): RequestHandler {
  return (_req, res, next) => {
    res.once('close', () => log.exchange(recordOf(exchangeOf(res), res, now(), new Date())));
    next();
  };
}
