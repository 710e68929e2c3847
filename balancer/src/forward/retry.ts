import { Readable } from 'node:stream';
import type { Body, Exchange } from '../exchange.ts';

/** Methods whose repetition changes nothing more than one request does (RFC 9110 §9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Whether the exchange may go to another origin after its latest attempt. Always when nothing was sent; when the request
 * was sent but no answer began, only where repeating it is safe and possible; never once an answer has begun.
 */
export function mayTryAnother(exchange: Exchange): boolean {
  const outcome = exchange.attempts.at(-1)?.outcome;
  if (outcome?.kind !== 'failed') return false;
  if (outcome.during === 'connecting') return true;
  return outcome.during === 'waiting' && idempotent.has(exchange.method) && !isSpent(exchange.body);
}

/** A streamed body is gone once it was sent. */
function isSpent(body: Body): boolean {
  return body instanceof Readable;
}
