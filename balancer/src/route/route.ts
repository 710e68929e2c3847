// You are here: 6 of 23 in docs/reading.md. Next: queue/queue.ts.

import type { RequestHandler } from 'express';
import { laneByRoute, type RoutedLanes } from './by-route.ts';
import { type Lane, putLane } from './lane.ts';

/** Where requests go: all into the lane of the only pool, or each where its route leads. */
export type Ways = { readonly only: Lane } | RoutedLanes;

/** The stage that finds out which pool a request goes to. */
export function route(ways: () => Ways): RequestHandler {
  return (req, res, next) => {
    const now = ways();
    const lane = 'only' in now ? now.only : laneByRoute(now, req, res);
    if (!lane) return;
    putLane(req, lane);
    next();
  };
}
