import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';
import { exchangeOf, type RoadExchange } from '../admit/road-exchange.ts';
import { turnAway } from '../admit/turn-away.ts';
import { refusals } from '../brain/exchange/refusals.ts';
import type { Routes } from '../brain/route/routes.ts';
import { answerRouted } from './answer-routed.ts';
import type { Lane } from './lane.ts';

/** Routes, and the lanes of the pools that they lead to, by their names. */
export interface RoutedLanes {
  readonly routes: Routes;
  readonly lanes: ReadonlyMap<string, Lane>;
  /** The fields that tell a client why its request goes to no pool, as pairs; none where it is not to be told. */
  readonly told: (exchange: RoadExchange, headers: IncomingHttpHeaders) => readonly (readonly [name: string, value: string])[];
}

/** The lane in which a request goes on; nothing where it was answered instead, since its route has it so, or takes no body of such a length. */
export function laneByRoute({ routes, lanes, told }: RoutedLanes, req: Request, res: Response): Lane | undefined {
  const exchange = exchangeOf(req);
  const { method, target, client } = exchange;
  const routed = routes.decide({ host: req.headers.host ?? '', target, method, headers: req.headers, client });
  exchange.routed = routed;
  if (routed.kind !== 'pool') {
    for (const [name, value] of told(exchange, req.headers)) res.setHeader(name, value);
    answerRouted(res, routed);
    return undefined;
  }
  if (isLonger(req, routed.route.maxBody)) {
    res.shouldKeepAlive = false;
    turnAway(res, refusals.longBody, 'its body is longer than its route takes');
    return undefined;
  }
  const lane = lanes.get(routed.pool);
  if (!lane) throw new Error(`the configuration let a route to no pool through: ${routed.pool}`);
  return lane;
}

/** Whether it is known already that a request's body is longer than so many bytes. */
function isLonger({ headers }: Request, most: number | undefined): boolean {
  return most !== undefined && Number(headers['content-length'] ?? 0) > most;
}
