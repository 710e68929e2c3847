import type { Request, RequestHandler, Response } from 'express';
import { exchangeOf } from '../exchange.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** The stage that holds a request back while the origins have all they may have, and turns it away with a 503 when that takes too long. */
export function queue(room: WaitingRoom): RequestHandler {
  const leave = () => room.leave();
  return (req, res, next) => {
    if (room.tryEnter()) {
      res.on('close', leave);
      next();
      return;
    }
    const giveUp = room.wait((admitted) => {
      if (giveUp) res.off('close', giveUp);
      if (!admitted) return turnAway(req, res, 'every origin had all that it may have, and no place became free in time');
      res.once('close', leave);
      next();
    });
    if (giveUp) res.once('close', giveUp);
    else turnAway(req, res, 'every origin had all that it may have, and too many waited already');
  };
}

function turnAway(req: Request, res: Response, reason: string): void {
  exchangeOf(req).notRetried = reason;
  res.status(503).set('Retry-After', '1').type('text').send('503 Service Unavailable: all origins are busy\n');
}
