import { Readable } from 'node:stream';
import type { Body, RoadExchange } from '../admit/road-exchange.ts';
import type { Stage } from '../admit/stage.ts';
import { turnAway } from '../admit/turn-away.ts';
import type { Deadlines } from '../brain/deadlines.ts';
import { refusalOfBody, refusals } from '../brain/exchange/refusals.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { laneOf } from '../route/lane.ts';
import { routeOf } from '../route/route-of.ts';
import { BodyIntake } from './intake.ts';
import { isToBeKept, keptBody } from './kept-body.ts';
import { Pace } from './pace.ts';
import { BodyTooLong, ClientLeft, ClientStalled, type Intake, Upload } from './upload.ts';

/** The most bytes of bodies that a thread keeps at a time; what comes on top is streamed, and can't be sent again. */
const mostKept = 64 * 1024 * 1024;

/**
 * The stage that takes a request's body, before the request takes a place: a client that sends slowly holds up nobody but
 * itself. `now` tells the time in ms on a monotonic clock, and silence is timed by the deadlines.
 */
export function takeBody(now: () => number, deadlines: Deadlines, next: Stage): Stage {
  let kept = 0;

  /** Reads a body whole if it is short enough. What has come counts until its exchange is over, and what has not come does not. */
  const keep = (request: RoadRequest, reply: Reply, patience: number, intake: Intake) => {
    let own = 0;
    reply.whenClosed(() => {
      kept -= own;
      own = 0;
    });
    return keptBody(request, reply, { patience, deadlines }, intake, (bytes) => {
      if (kept + bytes > mostKept || reply.isClosed) return false;
      kept += bytes;
      own += bytes;
      return true;
    });
  };

  const bodyOf = (exchange: RoadExchange, request: RoadRequest, reply: Reply): Body | Promise<Body> => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    if (coding === undefined && (length === undefined || length === '0')) return null;
    const { patience, minBodyRate } = laneOf(request).rules;
    const intake = new BodyIntake(new Pace(minBodyRate, patience, now), routeOf(exchange)?.maxBody);
    return isToBeKept(request) ? keep(request, reply, patience, intake) : new Upload(request, { patience, deadlines }, intake);
  };

  const awaitBody = async (body: Promise<Body>, exchange: RoadExchange, request: RoadRequest, reply: Reply) => {
    try {
      exchange.body = await body;
      exchange.keptAt = now();
    } catch (error) {
      endBefore(exchange, reply, error);
      return;
    }
    exchange.isStreamed = exchange.body instanceof Readable;
    await next(exchange, request, reply);
  };

  return (exchange, request, reply) => {
    const body = bodyOf(exchange, request, reply);
    if (body instanceof Promise) return awaitBody(body, exchange, request, reply);
    exchange.body = body;
    exchange.isStreamed = body !== null;
    return next(exchange, request, reply);
  };
}

/** Ends an exchange whose body could not be read. An error that is not the client's is a mistake, and thrown as one. */
function endBefore(exchange: RoadExchange, reply: Reply, error: unknown): void {
  if (error instanceof ClientStalled) {
    reply.sayLast();
    turnAway(exchange, reply, refusalOfBody(error.slowerThan), reasonFor(error));
  } else if (error instanceof BodyTooLong) {
    reply.sayLast();
    turnAway(exchange, reply, refusals.longBody, 'its body was longer than its route takes');
  } else if (error instanceof ClientLeft) {
    if (!reply.isOver) reply.breakOff();
  } else throw error;
}

function reasonFor({ slowerThan }: ClientStalled): string {
  return slowerThan === undefined ? 'the client stopped sending its body' : 'the client sent its body too slowly';
}
