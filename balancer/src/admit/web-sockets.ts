import type { RequestHandler } from 'express';
import { exchangeOf } from './road-exchange.ts';

/** How many WebSockets there are, in all threads: see pool/ledger.ts. */
export interface WebSocketCount {
  /** Counts WebSockets of this thread in (or out, below 0); returns how many there are now in all threads. */
  tunnel(count: number): number;
}

/**
 * The stage that bounds how many WebSockets are open or about to be: open ones take no place at the origins, so that places don't
 * bound them. `most` gives how many there may be. What comes on top is a 503.
 */
export function limitWebSockets(count: WebSocketCount, most: () => number): RequestHandler {
  const leave = () => void count.tunnel(-1);
  return (req, res, next) => {
    const exchange = exchangeOf(req);
    if (!exchange.webSocket) return next();
    const open = count.tunnel(1);
    res.once('close', leave);
    if (open <= most()) return next();
    exchange.notRetried = 'there are as many WebSockets as there may be';
    res.shouldKeepAlive = false;
    res.status(503).set('Retry-After', '1').type('text').send('503 Service Unavailable: too many WebSockets\n');
  };
}
