import type { Outcome } from '../exchange/outcome.ts';

/** A status, and the sentence that goes with it. */
export interface Failure {
  readonly status: number;
  readonly sentence: string;
}

/** What a client is told when no origin answered, by the latest attempt's outcome and whether any origin is ready (RFC 9110 §15.5.9, §15.6.3 to §15.6.5). */
export function failureOf(outcome: Outcome | undefined, isReady: boolean): Failure {
  if (!outcome && isReady) return { status: 503, sentence: '503 Service Unavailable: all origins are busy' };
  if (!outcome) return { status: 503, sentence: '503 Service Unavailable: no origin is ready' };
  if (outcome.kind === 'starved') return { status: 408, sentence: `408 Request Timeout: the request body ${slowness(outcome)}` };
  if (outcome.kind === 'overdue')
    return { status: 504, sentence: '504 Gateway Timeout: no answer came in the time that one request may take' };
  if (outcome.kind === 'failed' && outcome.cause === 'timeout')
    return { status: 504, sentence: '504 Gateway Timeout: the origin took too long' };
  return { status: 502, sentence: `502 Bad Gateway: ${troubleIn(outcome)}` };
}

/** What an origin did instead of answering, as far as it concerns who asked: never which one it was, or how it is reached. */
function troubleIn(outcome: Outcome): string {
  if (outcome.kind !== 'failed' || outcome.during === 'connecting') return 'no origin could answer';
  if (outcome.cause === 'too-large') return "the header of the origin's answer is too long";
  if (outcome.cause === 'own') return 'the balancer could not carry the request there, or the answer back';
  if (outcome.cause === 'invalid') return "the origin's answer could not be understood";
  return outcome.during === 'waiting' ? 'the origin closed the connection without an answer' : "the origin's answer broke off";
}

/** What was wrong with a body that a client did not send as it should. */
function slowness({ slowerThan }: { readonly slowerThan?: number | undefined }): string {
  return slowerThan === undefined ? 'took too long' : `came too slowly, at less than ${slowerThan} bytes a second`;
}
