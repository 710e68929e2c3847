import type { ExchangeBrief } from '../api.ts';

/** How an exchange stands, for the shape that shows it. */
export type Outcome = 'running' | 'answered' | 'failed';

/** How an exchange stands: a 5xx or no whole answer is a failure, and so it is drawn. */
export function outcomeOf({ status, ms }: Pick<ExchangeBrief, 'status' | 'ms'>): Outcome {
  if (ms === null) return 'running';
  return status === null || status >= 500 ? 'failed' : 'answered';
}

/** What the client was told, in a word or two. */
export function answerOf({ status, ms }: Pick<ExchangeBrief, 'status' | 'ms'>): string {
  if (ms === null) return 'running';
  return status === null ? 'no whole answer' : String(status);
}
