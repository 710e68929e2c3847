import type { Outcome } from '../exchange/outcome.ts';

/** How an attempt ended, in a few words. */
export function resultOf(outcome: Outcome | undefined): string {
  switch (outcome?.kind) {
    case 'answered':
      return String(outcome.status);
    case 'failed':
      return outcome.during === 'answering' ? `${outcome.reason} in mid-answer` : outcome.reason;
    case 'starved':
    case 'unread':
      return 'client stalled';
    case 'overlong':
      return 'body too long';
    case 'overdue':
      return 'out of time';
    default:
      return 'client left';
  }
}
