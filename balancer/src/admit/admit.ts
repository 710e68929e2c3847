import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { beginExchange } from '../exchange.ts';
import { identify } from './identity.ts';
import { type Target, targetOf } from './target.ts';
import type { Trust } from './trust.ts';

/** What a request may look like. */
export interface RequestLimits {
  /** The longest request target, in bytes. */
  readonly maxTargetLength: number;
  /** The most header fields. */
  readonly maxHeaders: number;
}

/** The first stage: a request becomes an exchange, unless something about it is refused. */
export function admit(limits: RequestLimits, trusts: Trust, now: () => number): RequestHandler {
  return (req, res, next) => {
    const target = targetOf(req.originalUrl, req);
    beginExchange(req, {
      ...identify(req, trusts, randomUUID),
      method: req.method,
      target: 'path' in target ? target.path : req.originalUrl,
      webSocket: (req as Request & { upgrade?: boolean }).upgrade === true,
      startedAt: now(),
      attempts: [],
      body: null,
    });
    const refusal = refusalOf(req, target, limits);
    if (refusal) refuse(res, ...refusal);
    else next();
  };
}

function refusalOf(req: Request, target: Target, limits: RequestLimits): [status: number, sentence: string] | undefined {
  if (req.originalUrl.length > limits.maxTargetLength) return [414, '414 URI Too Long'];
  if (req.rawHeaders.length / 2 > limits.maxHeaders) return [431, '431 Request Header Fields Too Large: too many fields'];
  // Two hosts could be read as one by the balancer and as the other by an origin (RFC 9112 §3.2).
  if (countOf(req, 'host') > 1) return [400, '400 Bad Request: more than one Host'];
  const coding = req.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return [501, '501 Not Implemented: only chunked transfer coding'];
  if ('path' in target) return undefined;
  return target.status === 204 ? [204, ''] : [400, '400 Bad Request: the request target must be a path, or name the same host as Host'];
}

function countOf(req: Request, name: string): number {
  let count = 0;
  for (let i = 0; i < req.rawHeaders.length; i += 2) if (isNamed(req.rawHeaders[i], name)) count += 1;
  return count;
}

function isNamed(field: string | undefined, name: string): boolean {
  return field?.length === name.length && field.toLowerCase() === name;
}

/** Answers in the origin's place and lets nothing more in on this connection. */
function refuse(res: Response, status: number, sentence: string): void {
  if (status >= 400) res.setHeader('Connection', 'close');
  res
    .status(status)
    .type('text')
    .send(sentence && `${sentence}\n`);
}
