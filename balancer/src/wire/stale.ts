import type { AnswerHead } from './answer-head.ts';
import type { Outgoing } from './outgoing.ts';

/** The longest request that a connection takes whole or not at all, in bytes. */
const whole = 16 * 1024;

/** What a connection that the origin has closed ends with. */
const lost: ReadonlySet<string> = new Set(['CLOSED', 'ECONNRESET', 'EPIPE']);

/** Whether all that went wrong may be that the origin had closed an idle connection, or was about to (RFC 9112 §9.3.1). */
export function wasStale({ code = '' }: NodeJS.ErrnoException): boolean {
  return lost.has(code);
}

/**
 * Whether an answer says, just as a request arrives, that none has come for too long: a 408, and the last answer. It may as well mean this
 * one, so only a request that may be sent twice is taken for another (RFC 9110 §15.5.9 allows that).
 */
export function isForNobody({ status, persists }: AnswerHead, outgoing: Outgoing): boolean {
  return status === 408 && !persists && outgoing.isRepeatable && isWhole(outgoing);
}

/**
 * Whether a request that met a stale connection may be sent again: nobody can have read it, or it may be done twice. `isUnsent` is whether
 * none of it has been written.
 */
export function mayLeaveAgain({ syscall }: NodeJS.ErrnoException, outgoing: Outgoing, isUnsent: boolean): boolean {
  if (!isWhole(outgoing)) return false;
  return isUnsent || outgoing.isRepeatable || (syscall === 'write' && !isLong(outgoing));
}

/** Whether its body, if it has one, is there in whole, and so can be sent again. */
function isWhole({ body }: Outgoing): boolean {
  return body === null || Buffer.isBuffer(body);
}

/** Whether the request is so long that a part of it may have left where the rest could not. */
export function isLong({ head, body }: Outgoing): boolean {
  return head.length + (Buffer.isBuffer(body) ? body.length : 0) > whole;
}
