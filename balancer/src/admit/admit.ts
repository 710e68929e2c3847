import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { type IdentityRules, identify, isBack } from './identity.ts';
import { loop, type RequestLimits, refusalOf } from './refusals.ts';
import { beginExchange } from './road-exchange.ts';
import { targetOf } from './target.ts';

/** The first stage: a request becomes an exchange, unless something about it is refused. */
export function admit(limits: RequestLimits, rules: IdentityRules, now: () => number): RequestHandler {
  return (req, res, next) => {
    const target = targetOf(req.originalUrl, req);
    beginExchange(req, {
      ...identify(req, rules, randomUUID),
      method: req.method,
      target: 'path' in target ? target.path : req.originalUrl,
      webSocket: (req as Request & { upgrade?: boolean }).upgrade === true,
      startedAt: now(),
      attempts: [],
      told: [],
      isExplained: false,
      explained: [],
      body: null,
    });
    // Chunks in an older message are a sign of a confused intermediary, so nothing behind it is read (RFC 9112 §6.1).
    if (req.httpVersion === '1.0' && req.headers['transfer-encoding'] !== undefined) res.shouldKeepAlive = false;
    const refusal = isBack(req, rules) ? loop : refusalOf(req, target, limits);
    if (refusal) refuse(res, ...refusal);
    else next();
  };
}

/** Answers in the origin's place and lets nothing more in on this connection. */
function refuse(res: Response, status: number, sentence: string): void {
  if (status >= 400) res.shouldKeepAlive = false;
  res
    .status(status)
    .type('text')
    .set('Cache-Control', 'no-store')
    .send(sentence && `${sentence}\n`);
}
