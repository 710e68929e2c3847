// You are here: 9 of 22 in docs/reading.md. Next: brain/dispatch/journey.ts.

import type { Request } from 'express';
import { keyOf } from '../admit/key.ts';
import { exchangeOf, type RoadExchange } from '../admit/road-exchange.ts';
import { loginOf } from './logins.ts';
import type { RoadRules } from './rules.ts';

/** No origin can take the request now. */
export class NoOriginLeft extends Error {}

/** http-proxy-middleware's router function: has the brain choose an origin for the next attempt. Throws NoOriginLeft. */
export function routerBy(rules: () => RoadRules): (req: Request) => URL {
  return (req) => {
    const exchange = exchangeOf(req);
    const attempt = exchange.journey?.next(wishOf(req, exchange, rules()));
    if (!attempt) throw new NoOriginLeft();
    // A new client will stick to this origin.
    const { stickiness } = rules();
    if (stickiness && attempt.choice.facts) exchange.told = ['Set-Cookie', stickiness.cookieFor(attempt.origin.id, exchange.secure)];
    return attempt.origin.url;
  };
}

/** What is known of a request before it is decided where it goes: its key, and where its client's login or cookie leads. */
function wishOf(req: Request, { client, target, attempts }: RoadExchange, { key, stickiness }: RoadRules) {
  const stickTo = attempts.length === 0 ? (loginOf(req.socket) ?? stickiness?.originIn(req.headers.cookie)) : undefined;
  return { key: keyOf(key, { client, target, headers: req.headers }), stickTo };
}
