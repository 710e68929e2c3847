import type { Refusal } from '../brain/exchange/refusals.ts';
import { refuse } from '../listen/refuse.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadExchange } from './road-exchange.ts';

/** Ends an exchange before it had an attempt; `reason` says why none was made, in a few words for its story. Its client is told the id. */
export function turnAway(exchange: RoadExchange, reply: Reply, refusal: Refusal, reason: string): void {
  if (reply.hasBegun) return;
  exchange.notRetried = reason;
  refuse(reply, refusal, ` (request ${exchange.id})`);
}
