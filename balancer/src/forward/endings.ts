import { OutOfTime } from '../brain/dispatch/deadline.ts';
import type { Outcome } from '../brain/exchange/outcome.ts';
import { BodyTooLong, ClientDeaf, ClientLeft, ClientStalled } from '../queue/upload.ts';
import { causeOf } from './causes.ts';
import { reasonOf } from './reasons.ts';

/** How far an attempt had come that broke off. */
export interface Progress {
  readonly during: 'connecting' | 'waiting' | 'answering';
  readonly clientLeft: boolean;
  /** Whether its body is one that can be sent once only. */
  readonly isStreamed: boolean | undefined;
}

/** What an attempt came to that broke off with an error. */
export function outcomeOf(error: Error, { during, clientLeft, isStreamed }: Progress): Outcome {
  if (error instanceof ClientDeaf) return { kind: 'unread' };
  if (clientLeft || error instanceof ClientLeft) return { kind: 'abandoned' };
  if (error instanceof OutOfTime) return { kind: 'overdue' };
  if (error instanceof BodyTooLong) return { kind: 'overlong' };
  if (error instanceof ClientStalled) return { kind: 'starved', slowerThan: error.slowerThan };
  return { kind: 'failed', during, reason: reasonOf(error), cause: causeOf(error, during, isStreamed) };
}
