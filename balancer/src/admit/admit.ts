// You are here: 3 of 23 in docs/reading.md. Next: brain/exchange/exchange.ts.

import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import { refuse } from '../listen/refuse.ts';
import { type Identity, type IdentityRules, identify, isBack } from './identity.ts';
import { type RequestLimits, refusalOf } from './request-rules.ts';
import { putExchange, type RoadExchange } from './road-exchange.ts';
import { type Target, targetOf } from './target.ts';

/** What requests are admitted by. */
export interface AdmitParts {
  readonly limits: RequestLimits;
  readonly identity: IdentityRules;
  /** The pool's clock. */
  readonly now: () => number;
  /** Told of every exchange as it begins, with the response whose end is its own. */
  readonly begun: (exchange: RoadExchange, res: Response) => void;
}

/** The first stage: a request becomes an exchange, unless something about it is refused. */
export function admit({ limits, identity, now, begun }: AdmitParts): RequestHandler {
  return (req, res, next) => {
    const target = targetOf(req.originalUrl, req);
    const exchange = exchangeFrom(req, target, identify(req, identity, randomUUID), now());
    putExchange(req, exchange);
    begun(exchange, res);
    if (isFromConfused(req)) res.shouldKeepAlive = false;
    const refusal = isBack(req, identity) ? refusals.loop : refusalOf(req, target, limits);
    if (refusal) refuseLast(res, refusal);
    else if ('path' in target) next();
    else answerForAll(res);
  };
}

function exchangeFrom(req: Request & { upgrade?: boolean }, target: Target, known: Identity, startedAt: number): RoadExchange {
  return {
    ...known,
    method: req.method,
    target: 'path' in target ? target.path : req.originalUrl,
    webSocket: req.upgrade === true,
    startedAt,
    attempts: [],
    told: [],
    isExplained: false,
    explained: [],
    body: null,
  };
}

/** Chunks in an older message are a sign of a confused intermediary, so that nothing behind it is read (RFC 9112 §6.1). */
function isFromConfused({ httpVersion, headers }: Request): boolean {
  return httpVersion === '1.0' && headers['transfer-encoding'] !== undefined;
}

/** Answers in the origin's place and lets nothing more in on this connection. */
function refuseLast(res: Response, refusal: Refusal): void {
  res.shouldKeepAlive = false;
  refuse(res, refusal);
}

/** Answers what is asked of the server as a whole (RFC 9110 §9.3.7). */
function answerForAll(res: Response): void {
  res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
}
