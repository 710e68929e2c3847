// You are here: 10 of 23 in docs/reading.md. Next: brain/dispatch/journey.ts.

import type { Request } from 'express';
import { keyOf } from '../admit/key.ts';
import { exchangeOf, type RoadExchange } from '../admit/road-exchange.ts';
import { type LaneRules, laneOf } from '../route/lane.ts';
import { loginOf } from './logins.ts';

/** No origin can take the request now. */
export class NoOriginLeft extends Error {}

/** http-proxy-middleware's router function: has the brain choose an origin for the next attempt. Throws NoOriginLeft. */
export function router(req: Request): URL {
  const exchange = exchangeOf(req);
  const lane = laneOf(req);
  const attempt = exchange.journey?.next(wishOf(req, exchange, lane.rules));
  if (!attempt) throw new NoOriginLeft();
  // A new client will stick to this origin.
  const { stickiness } = lane.rules;
  if (stickiness && attempt.choice.facts) exchange.told = ['Set-Cookie', stickiness.cookieFor(attempt.origin.id, exchange.secure)];
  return attempt.origin.url;
}

/** What is known of a request before it is decided where it goes: its key, and where its client's login or cookie leads. */
function wishOf(req: Request, { client, target, attempts }: RoadExchange, { key, stickiness }: LaneRules) {
  const stickTo = attempts.length === 0 ? (loginOf(req.socket) ?? stickiness?.originIn(req.headers.cookie)) : undefined;
  return { key: keyOf(key, { client, target, headers: req.headers }), stickTo };
}
