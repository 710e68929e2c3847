// You are here: 5 of 23 in docs/reading.md. Next: route/route.ts.

import type { Origin } from '../select/origin.ts';
import type { Choice } from './choice.ts';
import type { Outcome } from './outcome.ts';

/** One try at one origin: what is known of it, and nothing that can be done with it. All times are in ms on the pool's clock. */
export interface Attempt {
  readonly origin: Origin;
  /** Why there. */
  readonly choice: Choice;
  /** When the origin was picked. */
  readonly startedAt: number;
  /** When there was a connection and the request began to leave on it. */
  connectedAt?: number;
  /** When the response began. */
  firstByteAt?: number;
  endedAt?: number;
  /** Missing while the attempt is under way; a tunnel's is known once it is open. */
  outcome?: Outcome;
}
