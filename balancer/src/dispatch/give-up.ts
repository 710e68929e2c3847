import type { RoadExchange } from '../admit/road-exchange.ts';
import { failureOf } from '../brain/dispatch/failures.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { refuse } from '../listen/refuse.ts';
import type { Reply } from '../listen/reply.ts';
import { explanationFields } from './explain.ts';

/**
 * Tells the client that there is no answer; if one had begun, cuts the connection, so that half can't be taken for whole.
 * `isReady` is whether any origin is ready, which then can only have been busy.
 */
export function giveUp(exchange: RoadExchange, reply: Reply, outcome: Outcome | undefined, isReady: boolean): void {
  if (reply.hasBegun || outcome?.kind === 'abandoned') {
    reply.breakOff();
    return;
  }
  const refusal = failureOf(outcome, isReady);
  if (outcome?.kind === 'starved' || outcome?.kind === 'overlong') reply.sayLast();
  refuse(reply, refusal, ` (request ${exchange.id})`, exchange.isExplained ? explanationFields(exchange) : []);
}
