import type { RoadExchange } from '../admit/road-exchange.ts';
import type { Stage } from '../admit/stage.ts';
import { turnAway } from '../admit/turn-away.ts';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import type { ClientShares } from '../brain/queue/waiting-room.ts';
import type { Reply } from '../listen/reply.ts';

/** How many WebSockets there are, in all threads: see brain/pool/ledger.ts. */
export interface WebSocketCount {
  /** Counts WebSockets of this thread in (or out, below 0); returns how many there are now in all threads. */
  tunnel(count: number): number;
  /** Who has how many of them. */
  readonly tunnels: ClientShares;
}

/**
 * The stage that bounds how many WebSockets are open or about to be: open ones take no place at the origins, so that places don't
 * bound them. `most` gives how many there may be, of which one client has its fair share at the most, so that some are left for
 * whoever comes next. What comes on top is a 503.
 */
export function limitWebSockets(count: WebSocketCount, most: () => number, next: Stage): Stage {
  const leave = () => void count.tunnel(-1);

  /** Why there is no WebSocket for an exchange, if there is none. It is counted from here on, until its reply is over. */
  const refusalOf = ({ client: address }: RoadExchange, reply: Reply): Turned | undefined => {
    const free = most() - count.tunnel(1) + 1;
    reply.whenClosed(leave);
    if (free < 1) return [refusals.tooManyWebSockets, 'there are as many WebSockets as there may be'];
    const client = count.tunnels.bucketOf(address);
    if (!count.tunnels.take(client, free, 'fair'))
      return [refusals.tooManyOfYourWebSockets, 'its client has as many WebSockets as it may have'];
    reply.whenClosed(() => count.tunnels.give(client));
    return undefined;
  };

  return (exchange, request, reply) => {
    const turned = exchange.webSocket ? refusalOf(exchange, reply) : undefined;
    if (!turned) return next(exchange, request, reply);
    reply.sayLast();
    return turnAway(exchange, reply, ...turned);
  };
}

/** What a client is told, and why, for the exchange's story. */
type Turned = readonly [refusal: Refusal, reason: string];
