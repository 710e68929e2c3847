import type { Outcome } from '../exchange/outcome.ts';
import { classOf, type OutcomeName } from '../pool/tally.ts';

/** By what an attempt's end is counted. */
export function nameOf(outcome: Outcome): OutcomeName {
  if (outcome.kind === 'answered') return classOf(outcome.status);
  if (outcome.kind === 'overdue') return 'timeouts';
  if (outcome.kind !== 'failed') return 'clientLeft';
  if (outcome.during === 'connecting') return 'connectErrors';
  return outcome.cause === 'timeout' ? 'timeouts' : 'broken';
}
