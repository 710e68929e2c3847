import type { Outcome } from '../exchange.ts';

/** What a client is told when no origin answered, by the latest attempt's outcome and whether any origin is ready (RFC 9110 §15.5.9, §15.6.3 to §15.6.5). */
export function failureOf(outcome: Outcome | undefined, isReady: boolean): { readonly status: number; readonly sentence: string } {
  if (!outcome && isReady) return { status: 503, sentence: '503 Service Unavailable: all origins are busy' };
  if (!outcome) return { status: 503, sentence: '503 Service Unavailable: no origin is ready' };
  if (outcome.kind === 'starved') return { status: 408, sentence: '408 Request Timeout: the request body took too long' };
  if (outcome.kind === 'failed' && outcome.cause === 'timeout')
    return { status: 504, sentence: '504 Gateway Timeout: the origin took too long' };
  return { status: 502, sentence: '502 Bad Gateway: no origin could answer' };
}
