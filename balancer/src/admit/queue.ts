import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { WaitEnding, WaitingRoom } from '../brain/queue/waiting-room.ts';
import { exchangeOf } from './road-exchange.ts';

/**
 * The stage that holds a request back while the origins have all they may have, or its client all that it may have, and turns it
 * away with a 503 when that takes too long. One that turned out to be unreadable while it waited was answered by whoever noticed.
 */
export function queue(room: WaitingRoom): RequestHandler {
  const clientOf = (req: Request) => room.clientAt(exchangeOf(req).client);
  function leave(this: Response): void {
    room.leave(clientOf(this.req));
  }
  const enter = (req: Request, res: Response, next: NextFunction) => {
    res.once('close', leave);
    const exchange = exchangeOf(req);
    if (exchange.webSocket) {
      exchange.leavePlace = () => {
        if (res.destroyed) return;
        res.off('close', leave);
        leave.call(res);
      };
    }
    next();
  };
  return (req, res, next) => {
    const client = clientOf(req);
    if (room.tryEnter(client)) return enter(req, res, next);
    const giveUp = room.wait(client, (ending) => {
      if (giveUp) res.off('close', giveUp);
      if (ending !== 'admitted') turnAway(req, res, reasons[ending], ending);
      else if (res.headersSent) room.leave(client);
      else enter(req, res, next);
    });
    if (giveUp) res.once('close', giveUp);
    else turnAway(req, res, 'every origin had all that it may have, and too many waited already', room.whyNot());
  };
}

const reasons: Readonly<Record<Exclude<WaitEnding, 'admitted'>, string>> = {
  late: 'every origin had all that it may have, and no place became free in time',
  'at its share': 'its client had as many requests under way as it may have, and none ended in time',
  displaced: 'every origin had all that it may have, and others waited for whom fewer did',
};

function turnAway(req: Request, res: Response, reason: string, ending: WaitEnding): void {
  const busy = ending === 'at its share' ? 'too many requests of this client are under way' : 'all origins are busy';
  if (res.headersSent) return;
  exchangeOf(req).notRetried = reason;
  res.status(503).set({ 'Retry-After': '1', 'Cache-Control': 'no-store' }).type('text').send(`503 Service Unavailable: ${busy}\n`);
}
