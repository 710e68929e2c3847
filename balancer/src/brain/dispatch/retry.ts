// You are here: 18 of 23 in docs/reading.md. Next: brain/exchange/refusals.ts.

import type { Exchange } from '../exchange/exchange.ts';
import type { Outcome } from '../exchange/outcome.ts';
import { outOfTime } from './deadline.ts';

/**
 * Methods whose repetition changes nothing more than one request does (RFC 9110 §9.2.2): those of HTTP itself, and those that only
 * read (PROPFIND: RFC 4918 §9.1, REPORT: RFC 3253 §3.6, SEARCH: RFC 5323 §2, QUERY: draft-ietf-httpbis-safe-method-w-body §2).
 */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PROPFIND', 'REPORT', 'SEARCH', 'QUERY']);

/** Whether a request of that method may be sent again although an origin may have acted on it. */
export function mayBeRepeated(method: string): boolean {
  return idempotent.has(method);
}

/** Why there is nothing more to try, where that was not the origin's doing. */
const endings: Readonly<Record<Exclude<Outcome['kind'], 'answered' | 'failed'>, string>> = {
  abandoned: 'the client left',
  starved: 'the client stopped sending',
  overlong: 'its body was longer than its route takes',
  unread: 'the client stopped reading',
  overdue: outOfTime,
};

/**
 * Why the exchange may not go to another origin after its latest attempt, in a few words; nothing where it may. It always may
 * when nothing was sent; when the request was sent but no answer began, only where repeating it is possible, and safe: in itself, or since the
 * origin said that it has not begun with it (RFC 9113 §8.7); never once an answer has begun.
 */
export function reasonNotToRetry({ attempts, method, isStreamed }: Exchange): string | undefined {
  const outcome = attempts.at(-1)?.outcome;
  if (outcome?.kind !== 'failed') return outcome && outcome.kind !== 'answered' ? endings[outcome.kind] : 'it was answered';
  if (outcome.during === 'connecting') return undefined;
  if (outcome.cause === 'too-large') return 'the header of its answer is too long, and would most likely be at every origin';
  if (outcome.during === 'answering') return 'an answer had begun, which no other origin can go on with';
  if (outcome.cause !== 'refused' && !mayBeRepeated(method))
    return `the origin may have acted on it, and a ${method} may not be done twice (RFC 9110 §9.2.2)`;
  return isStreamed ? 'its body was too long to keep and is gone' : undefined;
}
