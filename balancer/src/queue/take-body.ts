import { Readable } from 'node:stream';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { type Body, exchangeOf } from '../admit/road-exchange.ts';
import { turnAway } from '../admit/turn-away.ts';
import type { Deadlines } from '../brain/deadlines.ts';
import { refusalOfBody, refusals } from '../brain/exchange/refusals.ts';
import { laneOf } from '../route/lane.ts';
import { routeOf } from '../route/route-of.ts';
import { BodyIntake } from './intake.ts';
import { isToBeKept, keptBody } from './kept-body.ts';
import { Pace } from './pace.ts';
import { BodyTooLong, ClientLeft, ClientStalled, type Intake, Upload } from './upload.ts';

/** The most bytes of bodies that a thread keeps at a time; what comes on top is streamed, and can't be sent again. */
const mostKept = 64 * 1024 * 1024;

/**
 * The stage that takes a request's body, before the request takes a place: a client that sends slowly holds up nobody but
 * itself. `now` tells the time in ms on a monotonic clock, and silence is timed by the deadlines.
 */
export function takeBody(now: () => number, deadlines: Deadlines): RequestHandler {
  let kept = 0;

  /** Reads a body whole if it is short enough. What has come counts until its exchange is over, and what has not come does not. */
  const keep = (req: Request, res: Response, patience: number, intake: Intake) => {
    let own = 0;
    res.once('close', () => {
      kept -= own;
      own = 0;
    });
    return keptBody(req, res, { patience, deadlines }, intake, (bytes) => {
      if (kept + bytes > mostKept || res.destroyed) return false;
      kept += bytes;
      own += bytes;
      return true;
    });
  };

  const bodyOf = (req: Request, res: Response): Body | Promise<Body> => {
    const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
    if (coding === undefined && (length === undefined || length === '0')) return null;
    const { patience, minBodyRate } = laneOf(req).rules;
    const intake = new BodyIntake(new Pace(minBodyRate, patience, now), routeOf(exchangeOf(req))?.maxBody);
    return isToBeKept(req) ? keep(req, res, patience, intake) : new Upload(req, { patience, deadlines }, intake);
  };

  return async (req, res, next) => {
    const exchange = exchangeOf(req);
    try {
      const body = bodyOf(req, res);
      exchange.body = body instanceof Promise ? await body : body;
      exchange.isStreamed = exchange.body instanceof Readable;
      if (body instanceof Promise) exchange.keptAt = now();
    } catch (error) {
      endBefore(res, error, next);
      return;
    }
    next();
  };
}

/** Ends an exchange whose body could not be read. An error that is not the client's is a mistake, and told as one. */
function endBefore(res: Response, error: unknown, next: NextFunction): void {
  if (error instanceof ClientStalled) {
    res.shouldKeepAlive = false;
    turnAway(res, refusalOfBody(error.slowerThan), reasonFor(error));
  } else if (error instanceof BodyTooLong) {
    res.shouldKeepAlive = false;
    turnAway(res, refusals.longBody, 'its body was longer than its route takes');
  } else if (error instanceof ClientLeft) res.destroy();
  else next(error);
}

function reasonFor({ slowerThan }: ClientStalled): string {
  return slowerThan === undefined ? 'the client stopped sending its body' : 'the client sent its body too slowly';
}
