// You are here: 6 of 23 in docs/reading.md. Next: queue/queue.ts.

import type { Stage } from '../admit/stage.ts';
import { findLane, type Ways } from './ways.ts';

/** The stage that finds out which pool a request goes to. */
export function route(ways: () => Ways, next: Stage): Stage {
  return (exchange, request, reply) => findLane(ways(), exchange, request, reply) && next(exchange, request, reply);
}
