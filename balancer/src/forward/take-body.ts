import type { Request, RequestHandler } from 'express';
import { exchangeOf } from '../exchange.ts';
import { bodyOf, ClientStalled, keptLength } from './body.ts';
import { giveUp } from './give-up.ts';

/** The most bytes of bodies that are kept at a time; what comes on top is streamed, and can't be sent again. */
const mostKept = 64 * 1024 * 1024;

/**
 * The stage that takes a request's body, before the request takes a place: a client that sends slowly holds up nobody but
 * itself. `patience` gives the longest silence inside a body, in ms.
 */
export function takeBody(patience: () => number): RequestHandler {
  let kept = 0;

  /** The length of a body that is to be kept, which counts until its exchange is over; 0 for none. */
  const reserve = (req: Request) => {
    const length = keptLength(req);
    if (length === 0 || kept + length > mostKept) return 0;
    kept += length;
    req.res?.once('close', () => {
      kept -= length;
    });
    return length;
  };

  return async (req, res, next) => {
    const exchange = exchangeOf(req);
    const body = bodyOf(req, reserve(req) > 0, patience());
    try {
      exchange.body = body instanceof Promise ? await body : body;
    } catch (error) {
      if (!(error instanceof ClientStalled)) return;
      exchange.notRetried = 'the client stopped sending its body';
      giveUp(exchange, res, { kind: 'starved' }, true);
      return;
    }
    next();
  };
}
