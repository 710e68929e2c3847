import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Dispatch, DispatchRules, Journey } from '../brain/dispatch/journey.ts';
import type { Pool } from '../brain/pool/pool.ts';
import type { WaitingRoom } from '../brain/queue/waiting-room.ts';
import type { KeySource } from '../brain/route/key-source.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { Stickiness } from './sticky.ts';

/** What holds in a pool for the next request, and may change from one to the next. */
export interface LaneRules extends DispatchRules {
  /** What a hash policy hashes. */
  readonly key: KeySource;
  /** Missing where clients don't stick to origins. */
  readonly stickiness: Stickiness | undefined;
  /** The longest silence inside a body, in ms. */
  readonly patience: number;
  /** The lowest rate at which a body may come, in bytes/s, averaged over the longest silence; 0 for none. */
  readonly minBodyRate: number;
}

/** Who carries attempts to the origins of a pool. */
export interface Carrier {
  /**
   * Resolves when the latest attempt of that journey is over; never rejects. Its outcome is known before the client's reply ends.
   * That reply is untouched unless the origin began to answer.
   */
  carry(journey: Journey, exchange: RoadExchange, request: RoadRequest, reply: Reply): Promise<void>;
}

/** One pool's part of the road in one thread: once a request's route is known, it goes on there. */
export interface Lane {
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly dispatch: Dispatch;
  readonly transport: Carrier;
  readonly rules: LaneRules;
  /** Whether no route leads here any more, and its origins go: who waited to get one must look for another lane. */
  readonly isClosed: boolean;
}

const key = Symbol('lane');

/** Puts a request into a lane, where every later stage of the road finds it. */
export function putLane(request: RoadRequest & { [key]?: Lane }, lane: Lane): void {
  request[key] = lane;
}

/** The lane of a request whose route is known. Throws if it is not, which is a mistake in app.ts. */
export function laneOf(request: RoadRequest & { [key]?: Lane }): Lane {
  const lane = request[key];
  if (!lane) throw new Error('the request has no lane: app.ts must mount route first');
  return lane;
}
