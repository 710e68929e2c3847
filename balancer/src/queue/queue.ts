// You are here: 7 of 23 in docs/reading.md. Next: brain/queue/waiting-room.ts.

import type { Stage } from '../admit/stage.ts';
import { turnAway } from '../admit/turn-away.ts';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { WaitEnding, WaitingRoom } from '../brain/queue/waiting-room.ts';
import type { Reply } from '../listen/reply.ts';
import { type Lane, laneOf } from '../route/lane.ts';
import { openLaneOf, type Ways } from '../route/ways.ts';

/**
 * The stage that holds a request back while the origins have all they may have, or its client all that it may have, and turns it
 * away with a 503 when that takes too long. One whose pool is no more by then goes where routes lead now. One that turned out to be unreadable while it waited was answered by whoever noticed.
 */
export function queue(ways: () => Ways, next: Stage): Stage {
  const enter = (client: number, ...[exchange, request, reply]: Parameters<Stage>) => {
    const leave = leaving(laneOf(request).room, client);
    reply.whenClosed(leave);
    if (exchange.webSocket) exchange.leavePlace = leave;
    return next(exchange, request, reply);
  };

  const take: Stage = (exchange, request, reply) => {
    const lane = openLaneOf(ways, exchange, request, reply);
    if (!lane) return undefined;
    const client = lane.room.clientAt(exchange.client);
    return lane.room.tryEnter(client) ? enter(client, exchange, request, reply) : wait(lane, client, exchange, request, reply);
  };

  const wait = async (lane: Lane, client: number, ...[exchange, request, reply]: Parameters<Stage>) => {
    const { room } = lane;
    const ending = await endingOf(room, client, reply);
    if (ending !== 'admitted') return turnAway(exchange, reply, refusalFor(ending === 'full' ? room.whyNot() : ending), reasons[ending]);
    if (!lane.isClosed && !reply.hasBegun) return enter(client, exchange, request, reply);
    room.leave(client);
    return reply.hasBegun ? undefined : take(exchange, request, reply);
  };
  return take;
}

/** Gives a place in a room back; once, however often it is called. */
function leaving(room: WaitingRoom, client: number): () => void {
  let isIn = true;
  return () => {
    if (isIn) room.leave(client);
    isIn = false;
  };
}

/** Waits for a place, and says how that ended; never, where the client gives up before. */
function endingOf(room: WaitingRoom, client: number, reply: Reply): Promise<WaitEnding | 'full'> {
  return new Promise((resolve) => {
    const giveUp = room.wait(client, resolve);
    if (giveUp) reply.whenClosed(giveUp);
    else resolve('full');
  });
}

const reasons: Readonly<Record<Exclude<WaitEnding | 'full', 'admitted'>, string>> = {
  full: 'every origin had all that it may have, and too many waited already',
  late: 'every origin had all that it may have, and no place became free in time',
  'at its share': 'its client had as many requests under way as it may have, and none ended in time',
  displaced: 'every origin had all that it may have, and others waited for whom fewer did',
};

function refusalFor(ending: WaitEnding): Refusal {
  return ending === 'at its share' ? refusals.tooManyOfYourRequests : refusals.busy;
}
