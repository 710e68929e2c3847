// You are here: 6 of 23 in docs/reading.md. Next: queue/queue.ts.

import type { RequestHandler } from 'express';
import { findLane, type Ways } from './ways.ts';

/** The stage that finds out which pool a request goes to. */
export function route(ways: () => Ways): RequestHandler {
  return (req, res, next) => {
    if (findLane(ways(), req, res)) next();
  };
}
