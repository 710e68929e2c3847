// You are here: 6 of 23 in docs/reading.md. Next: queue/queue.ts.

import type { Request, RequestHandler, Response } from 'express';
import { laneByRoute, type RoutedLanes } from './by-route.ts';
import { type Lane, laneOf, putLane } from './lane.ts';

/** Where requests go: all into the lane of the only pool, or each where its route leads. */
export type Ways = { readonly only: Lane } | RoutedLanes;

/** The stage that finds out which pool a request goes to. */
export function route(ways: () => Ways): RequestHandler {
  return (req, res, next) => {
    if (findLane(ways(), req, res)) next();
  };
}

/**
 * The lane of a request that has waited, for its body or for a place: where its own was closed meanwhile, the one where it would go if it came
 * now. Nothing where it was answered instead.
 */
export function openLaneOf(ways: () => Ways, req: Request, res: Response): Lane | undefined {
  const lane = laneOf(req);
  return lane.isClosed ? findLane(ways(), req, res) : lane;
}

function findLane(ways: Ways, req: Request, res: Response): Lane | undefined {
  const lane = 'only' in ways ? ways.only : laneByRoute(ways, req, res);
  if (lane) putLane(req, lane);
  return lane;
}
