import type { Outcome } from '../exchange/outcome.ts';
import { type Refusal, refusalOfBody, refusals } from '../exchange/refusals.ts';

/** What a client is told when no origin answered, by the latest attempt's outcome and whether any origin is ready (RFC 9110 §15.5.9, §15.6.3 to §15.6.5). */
export function failureOf(outcome: Outcome | undefined, isReady: boolean): Refusal {
  if (!outcome) return isReady ? refusals.busy : refusals.noneReady;
  if (outcome.kind === 'starved') return refusalOfBody(outcome.slowerThan);
  if (outcome.kind === 'overlong') return refusals.longBody;
  if (outcome.kind === 'overdue') return refusals.outOfTime;
  return outcome.kind === 'failed' ? troubleIn(outcome) : refusals.unreachable;
}

/** What an origin did instead of answering, as far as it concerns who asked. */
function troubleIn({ cause, during }: Extract<Outcome, { readonly kind: 'failed' }>): Refusal {
  if (cause === 'timeout') return refusals.lateAnswer;
  if (cause === 'refused') return refusals.refused;
  if (during === 'connecting') return refusals.unreachable;
  if (cause === 'too-large') return refusals.longAnswerHeader;
  if (cause === 'own') return refusals.notCarried;
  if (cause === 'invalid') return refusals.unreadableAnswer;
  return during === 'waiting' ? refusals.noAnswer : refusals.brokenAnswer;
}
