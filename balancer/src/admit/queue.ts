import type { RequestHandler, Response } from 'express';
import type { WaitingRoom } from './waiting-room.ts';

/** The stage that holds a request back while the origins have all they may have, and turns it away with a 503 when that takes too long. */
export function queue(room: WaitingRoom): RequestHandler {
  const leave = () => room.leave();
  return (_req, res, next) => {
    if (room.tryEnter()) {
      res.on('close', leave);
      next();
      return;
    }
    const giveUp = room.wait((admitted) => {
      if (giveUp) res.off('close', giveUp);
      if (!admitted) return turnAway(res);
      res.once('close', leave);
      next();
    });
    if (giveUp) res.once('close', giveUp);
    else turnAway(res);
  };
}

function turnAway(res: Response): void {
  res.status(503).set('Retry-After', '1').type('text').send('503 Service Unavailable: all origins are busy\n');
}
