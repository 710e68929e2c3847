import type { Exchange } from '../brain/exchange/exchange.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { resultOf } from '../brain/story/result.ts';
import type { SpanError } from './span.ts';

/** What went wrong with an attempt, as who asked sees it: nothing where it was answered below 400, or its client left. */
export function attemptError(outcome: Outcome | undefined): SpanError | undefined {
  if (!outcome) return undefined;
  switch (outcome.kind) {
    case 'abandoned':
      return undefined;
    case 'answered':
      return outcome.status < 400 ? undefined : { type: String(outcome.status) };
    default:
      return { type: typeOf(outcome), message: resultOf(outcome) };
  }
}

/** What went wrong with an exchange, as who answered sees it: a 5xx, or that the answer broke off; not that the client left. */
export function exchangeError({ ended, attempts, notRetried }: Exchange): SpanError | undefined {
  const status = ended?.status ?? null;
  if (status !== null) return status < 500 ? undefined : { type: String(status), message: notRetried };
  const outcome = attempts.at(-1)?.outcome;
  return outcome?.kind === 'failed' ? attemptError(outcome) : undefined;
}

/** Few values (OpenTelemetry, `error.type`): the system's code where the reason is one, else what kind of trouble it was. */
function typeOf(outcome: Exclude<Outcome, { kind: 'answered' | 'abandoned' }>): string {
  switch (outcome.kind) {
    case 'failed':
      return /^E[A-Z_]+$/.test(outcome.reason) ? outcome.reason : outcome.cause;
    case 'overdue':
      return 'timeout';
    case 'overlong':
      return 'body_too_long';
    default:
      return 'client_stalled';
  }
}
