// You are here: 7 of 23 in docs/reading.md. Next: brain/queue/waiting-room.ts.

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { exchangeOf } from '../admit/road-exchange.ts';
import { turnAway } from '../admit/turn-away.ts';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { WaitEnding } from '../brain/queue/waiting-room.ts';
import { laneOf } from '../route/lane.ts';
import { openLaneOf, type Ways } from '../route/ways.ts';

/**
 * The stage that holds a request back while the origins have all they may have, or its client all that it may have, and turns it
 * away with a 503 when that takes too long. One whose pool is no more by then goes where routes lead now. One that turned out to be unreadable while it waited was answered by whoever noticed.
 */
export function queue(ways: () => Ways): RequestHandler {
  function leave(this: Response): void {
    const { room } = laneOf(this.req);
    room.leave(room.clientAt(exchangeOf(this.req).client));
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
  const take = (req: Request, res: Response, next: NextFunction) => {
    const lane = openLaneOf(ways, req, res);
    if (!lane) return;
    const { room } = lane;
    const client = room.clientAt(exchangeOf(req).client);
    if (room.tryEnter(client)) return enter(req, res, next);
    const admitted = () => {
      if (!lane.isClosed && !res.headersSent) return enter(req, res, next);
      room.leave(client);
      if (!res.headersSent) take(req, res, next);
    };
    const giveUp = room.wait(client, (ending) => {
      if (giveUp) res.off('close', giveUp);
      if (ending === 'admitted') admitted();
      else turnAway(res, refusalFor(ending), reasons[ending]);
    });
    if (giveUp) res.once('close', giveUp);
    else turnAway(res, refusalFor(room.whyNot()), 'every origin had all that it may have, and too many waited already');
  };
  return take;
}

const reasons: Readonly<Record<Exclude<WaitEnding, 'admitted'>, string>> = {
  late: 'every origin had all that it may have, and no place became free in time',
  'at its share': 'its client had as many requests under way as it may have, and none ended in time',
  displaced: 'every origin had all that it may have, and others waited for whom fewer did',
};

function refusalFor(ending: WaitEnding): Refusal {
  return ending === 'at its share' ? refusals.tooManyOfYourRequests : refusals.busy;
}
