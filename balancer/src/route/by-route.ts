import type { IncomingHttpHeaders } from 'node:http';
import type { RoadExchange } from '../admit/road-exchange.ts';
import { turnAway } from '../admit/turn-away.ts';
import { refusals } from '../brain/exchange/refusals.ts';
import type { Routes } from '../brain/route/routes.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { answerRouted } from './answer-routed.ts';
import type { Lane } from './lane.ts';

/** Routes, and the lanes of the pools that they lead to, by their names. */
export interface RoutedLanes {
  readonly routes: Routes;
  readonly lanes: ReadonlyMap<string, Lane>;
  /** The fields that tell a client why its request goes to no pool: name, value, name, value …; none where it is not to be told. */
  readonly told: (exchange: RoadExchange, headers: IncomingHttpHeaders) => readonly string[];
}

/** The lane in which a request goes on; nothing where it was answered instead, since its route has it so, or takes no body of such a length. */
export function laneByRoute(
  { routes, lanes, told }: RoutedLanes,
  exchange: RoadExchange,
  request: RoadRequest,
  reply: Reply,
): Lane | undefined {
  const { headers } = request;
  const { method, target, client } = exchange;
  const routed = routes.decide({ host: headers.host ?? '', target, method, headers, client });
  exchange.routed = routed;
  if (routed.kind !== 'pool') {
    answerRouted(exchange, request, reply, { routed, told: told(exchange, headers) });
    return undefined;
  }
  if (isLonger(request, routed.route.maxBody)) {
    reply.sayLast();
    turnAway(exchange, reply, refusals.longBody, 'its body is longer than its route takes');
    return undefined;
  }
  const lane = lanes.get(routed.pool);
  if (!lane) throw new Error(`the configuration let a route to no pool through: ${routed.pool}`);
  return lane;
}

/** Whether it is known already that a request's body is longer than so many bytes. */
function isLonger({ headers }: RoadRequest, most: number | undefined): boolean {
  return most !== undefined && Number(headers['content-length'] ?? 0) > most;
}
