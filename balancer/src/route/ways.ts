import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { laneByRoute, type RoutedLanes } from './by-route.ts';
import { type Lane, laneOf, putLane } from './lane.ts';
import { type HostProofs, provesHost } from './prove-host.ts';
import { sendsToHttps } from './to-https.ts';

/** Where requests go: all into the lane of the only pool, or each where its route leads. */
export type Ways = ({ readonly only: Lane } | RoutedLanes) & {
  /** What certificate authorities are answered, as of now. */
  readonly hostProofs?: (() => HostProofs) | undefined;
  /** The port of https:// where those of plain HTTP are sent, as of now; none where they are not. */
  readonly httpsPort?: () => number | undefined;
};

/** Finds out in which lane a request goes on, and puts it there; nothing where it was answered instead. */
export function findLane(ways: Ways, exchange: RoadExchange, request: RoadRequest, reply: Reply): Lane | undefined {
  if (provesHost(ways.hostProofs?.(), exchange, request, reply)) return undefined;
  if (sendsToHttps(ways.httpsPort?.(), exchange, request, reply)) return undefined;
  const lane = 'only' in ways ? ways.only : laneByRoute(ways, exchange, request, reply);
  if (lane) putLane(request, lane);
  return lane;
}

/**
 * The lane of a request that has waited, for its body or for a place: where its own was closed meanwhile, the one where it would go if it came
 * now. Nothing where it was answered instead.
 */
export function openLaneOf(ways: () => Ways, exchange: RoadExchange, request: RoadRequest, reply: Reply): Lane | undefined {
  const lane = laneOf(request);
  return lane.isClosed ? findLane(ways(), exchange, request, reply) : lane;
}
