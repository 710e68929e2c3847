import { Readable } from 'node:stream';
import type { Body, Exchange } from '../exchange.ts';

/** Methods whose repetition changes nothing more than one request does (RFC 9110 §9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Why the exchange may not go to another origin after its latest attempt, in a few words; nothing where it may. It always may
 * when nothing was sent; when the request was sent but no answer began, only where repeating it is safe and possible; never once
 * an answer has begun.
 */
export function reasonNotToRetry({ attempts, method, body }: Exchange): string | undefined {
  const outcome = attempts.at(-1)?.outcome;
  if (outcome?.kind === 'abandoned') return 'the client left';
  if (outcome?.kind === 'starved') return 'the client stopped sending';
  if (outcome?.kind === 'unread') return 'the client stopped reading';
  if (outcome?.kind !== 'failed') return 'it was answered';
  if (outcome.during === 'connecting') return undefined;
  if (outcome.during === 'answering') return 'an answer had begun, which no other origin can go on with';
  if (!idempotent.has(method)) return `the origin may have acted on it, and a ${method} may not be done twice (RFC 9110 §9.2.2)`;
  return isSpent(body) ? 'its body was too long to keep and is gone' : undefined;
}

/** A streamed body is gone once it was sent. */
function isSpent(body: Body): boolean {
  return body instanceof Readable;
}
