// You are here: 3 of 23 in docs/reading.md. Next: brain/exchange/exchange.ts.

import { randomUUID } from 'node:crypto';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import { refuse } from '../listen/refuse.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';
import { type Identity, type IdentityRules, identify, isBack } from './identity.ts';
import { type RequestLimits, refusalOf } from './request-rules.ts';
import type { RoadExchange } from './road-exchange.ts';
import type { Stage } from './stage.ts';
import { type Target, targetOf } from './target.ts';

/** What requests are admitted by. */
export interface AdmitParts {
  readonly limits: RequestLimits;
  readonly identity: IdentityRules;
  /** The pool's clock. */
  readonly now: () => number;
  /** Told of every exchange as it begins, with the reply whose end is its own. */
  readonly begun: (exchange: RoadExchange, reply: Reply, request: RoadRequest) => void;
}

/** The first stage: a request becomes an exchange, and goes on, unless something about it is refused. */
export function admit({ limits, identity, now, begun }: AdmitParts, next: Stage): (request: RoadRequest, reply: Reply) => unknown {
  return (request, reply) => {
    const target = targetOf(request);
    const exchange = exchangeFrom(request, target, identify(request, identity, randomUUID), now());
    begun(exchange, reply, request);
    if (isFromConfused(request)) reply.sayLast();
    const refusal = isBack(request, identity) ? refusals.loop : refusalOf(request, target, limits);
    if (refusal) return refuseLast(reply, refusal);
    return 'path' in target ? next(exchange, request, reply) : answerForAll(reply);
  };
}

function exchangeFrom(request: RoadRequest, target: Target, known: Identity, startedAt: number): RoadExchange {
  return {
    ...known,
    method: request.method,
    target: 'path' in target ? target.path : request.target,
    webSocket: request.isUpgrade,
    startedAt,
    attempts: [],
    told: [],
    isExplained: false,
    explained: [],
    body: null,
  };
}

/** Chunks in an older message are a sign of a confused intermediary, so that nothing behind it is read (RFC 9112 §6.1). */
function isFromConfused({ httpVersion, headers }: RoadRequest): boolean {
  return httpVersion === '1.0' && headers['transfer-encoding'] !== undefined;
}

/** Answers in the origin's place and lets nothing more in on this connection. */
function refuseLast(reply: Reply, refusal: Refusal): void {
  reply.sayLast();
  refuse(reply, refusal);
}

/** Answers what is asked of the server as a whole (RFC 9110 §9.3.7). */
function answerForAll(reply: Reply): void {
  reply.answer(204, 'No Content', ['Cache-Control', 'no-store'], '');
}
