import type { Exchange, Outcome } from '../exchange.ts';

/** The status that a client gets when no origin answered, and the sentence that goes with it (RFC 9110 §15.6). */
export function failureOf(exchange: Exchange): { status: number; sentence: string } {
  const last = exchange.attempts.at(-1)?.outcome;
  if (!last) return { status: 503, sentence: '503 Service Unavailable: no origin is ready' };
  if (tookTooLong(last)) return { status: 504, sentence: '504 Gateway Timeout: the origin took too long' };
  return { status: 502, sentence: '502 Bad Gateway: no origin could answer' };
}

function tookTooLong(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.timedOut;
}
