// You are here: 10 of 23 in docs/reading.md. Next: brain/dispatch/journey.ts.

import { keyOf } from '../admit/key.ts';
import type { RoadExchange } from '../admit/road-exchange.ts';
import type { RoadRequest } from '../listen/request.ts';
import { type LaneRules, laneOf } from '../route/lane.ts';
import { loginOf } from './logins.ts';

/** No origin can take the request now. */
export class NoOriginLeft extends Error {}

/** What http-proxy-middleware's router function does: has the brain choose an origin for the next attempt. Throws NoOriginLeft. */
export function router(exchange: RoadExchange, request: RoadRequest): URL {
  const { rules } = laneOf(request);
  const attempt = exchange.journey?.next(wishOf(request, exchange, rules));
  if (!attempt) throw new NoOriginLeft();
  // A new client will stick to this origin.
  const { stickiness } = rules;
  if (stickiness && attempt.choice.facts) exchange.told = ['Set-Cookie', stickiness.cookieFor(attempt.origin.id, exchange.secure)];
  return attempt.origin.url;
}

/** What is known of a request before it is decided where it goes: its key, and where its client's login or cookie leads. */
function wishOf({ peer, headers }: RoadRequest, { client, target, attempts }: RoadExchange, { key, stickiness }: LaneRules) {
  const stickTo = attempts.length === 0 ? (loginOf(peer) ?? stickiness?.originIn(headers.cookie)) : undefined;
  return { key: keyOf(key, { client, target, headers }), stickTo };
}
