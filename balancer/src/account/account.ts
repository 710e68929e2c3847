// You are here: 23 of 23 in docs/reading.md. The end of the road.

import type { RoadExchange, Tracing } from '../admit/road-exchange.ts';
import { classOf, type Tally } from '../brain/pool/tally.ts';
import type { Decisions } from '../brain/story/decisions.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import type { Log } from './log.ts';
import { askedAndSaid, recordOf, statusOf } from './record.ts';

/** Where what exchanges leave behind goes. */
export interface AccountParts {
  readonly log: Log;
  readonly decisions: Decisions;
  /** Where this thread counts exchanges. */
  readonly counts: Tally;
  readonly now: () => number;
  /** What makes spans of exchanges, where anything does. */
  readonly tracing: () => Tracing | undefined;
}

/** What hears of each exchange as it begins, and sees it end, however it ends: it is remembered, and its record goes to the log. */
export function account(parts: AccountParts): (exchange: RoadExchange, reply: Reply, request: RoadRequest) => void {
  const { log, decisions, counts, now } = parts;
  return (exchange, reply, request) => {
    const tracing = parts.tracing();
    tracing?.begin(exchange, request);
    decisions.begin(exchange);
    reply.whenClosed(() => {
      const ended = { at: now(), status: statusOf(reply) };
      exchange.ended = ended;
      counts.ended(ended.status === null ? 'clientLeft' : classOf(ended.status));
      counts.took(ended.at - exchange.startedAt);
      tracing?.ended(exchange, request);
      letGo(exchange);
      decisions.changed(exchange);
      log.exchange(ended.status, () => recordOf(exchange, askedAndSaid(request, reply), ended.at, new Date()));
    });
  };
}

const nothing: readonly string[] = [];

/** Lets go of what a finished exchange needs no more: it is remembered for a while, and what it holds is kept with it. */
function letGo(exchange: RoadExchange): void {
  exchange.body = null;
  exchange.added = nothing;
  exchange.told = nothing;
  exchange.trace = undefined;
}
