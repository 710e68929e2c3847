// You are here: 6 of 23 in docs/reading.md. Next: queue/queue.ts.

import type { RequestHandler } from 'express';
import { type Lane, putLane } from './lane.ts';

/** The stage that finds out which pool a request goes to. */
export function route(lane: () => Lane): RequestHandler {
  return (req, _res, next) => {
    putLane(req, lane());
    next();
  };
}
