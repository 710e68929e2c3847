import { Readable } from 'node:stream';
import type { Body, Exchange } from '../exchange.ts';

/** Methods whose repetition changes nothing more than one request does (RFC 9110 §9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Whether the exchange may go to an origin now. Always when nothing was sent yet; when the request
 * was sent but no answer began, only where repeating it is safe and possible; never once an answer has begun.
 */
export function mayTryAnother(exchange: Exchange): boolean {
  const latest = exchange.attempts.at(-1);
  if (!latest) return true;
  const { outcome } = latest;
  if (outcome?.kind !== 'failed') return false;
  if (outcome.during === 'connecting') return true;
  return outcome.during === 'waiting' && idempotent.has(exchange.method) && !isSpent(exchange.body);
}

/** A streamed body is gone once it was sent. */
function isSpent(body: Body): boolean {
  return body instanceof Readable;
}
