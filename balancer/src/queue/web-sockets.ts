import type { RequestHandler, Response } from 'express';
import { exchangeOf } from '../admit/road-exchange.ts';
import { turnAway } from '../admit/turn-away.ts';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { ClientShares } from '../brain/queue/waiting-room.ts';

/** How many WebSockets there are, in all threads: see brain/pool/ledger.ts. */
export interface WebSocketCount {
  /** Counts WebSockets of this thread in (or out, below 0); returns how many there are now in all threads. */
  tunnel(count: number): number;
  /** Who has how many of them. */
  readonly tunnels: ClientShares;
}

/**
 * The stage that bounds how many WebSockets are open or about to be: open ones take no place at the origins, so that places don't
 * bound them. `most` gives how many there may be, of which one client has its fair share at the most, so that some are left for
 * whoever comes next. What comes on top is a 503.
 */
export function limitWebSockets(count: WebSocketCount, most: () => number): RequestHandler {
  const leave = () => void count.tunnel(-1);
  return (req, res, next) => {
    const exchange = exchangeOf(req);
    if (!exchange.webSocket) return next();
    const free = most() - count.tunnel(1) + 1;
    res.once('close', leave);
    if (free < 1) return refuse(res, refusals.tooManyWebSockets, 'there are as many WebSockets as there may be');
    const client = count.tunnels.bucketOf(exchange.client);
    if (!count.tunnels.take(client, free, 'fair'))
      return refuse(res, refusals.tooManyOfYourWebSockets, 'its client has as many WebSockets as it may have');
    res.once('close', () => count.tunnels.give(client));
    next();
  };

  function refuse(res: Response, refusal: Refusal, reason: string): void {
    res.shouldKeepAlive = false;
    turnAway(res, refusal, reason);
  }
}
