import type { Attempt } from '../exchange/attempt.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { resultOf } from './result.ts';

/** One attempt of an exchange, as lists show it. */
export interface AttemptBrief {
  readonly origin: string;
  /** A status or a reason in a few words; null while it is under way. */
  readonly result: string | null;
  readonly isFailure: boolean;
}

/** One exchange, as lists show it. Times named `at` are ms since the epoch. */
export interface ExchangeBrief {
  readonly id: string;
  /** When the request came. */
  readonly at: number;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  /** The pool that its route led to; missing where none did. */
  readonly pool?: string;
  /** The policy in use at its latest pick; empty where none picked. */
  readonly policy: string;
  readonly attempts: readonly AttemptBrief[];
  /** What the client was told; null while it runs, and where it got no whole answer. */
  readonly status: number | null;
  /** From the request's arrival to the end of the response, in ms; null while it runs. */
  readonly ms: number | null;
}

/** The longest target that lists show, in characters. */
export const longestTarget = 200;

/** What lists show of an exchange, as of now. */
export function briefOf({ id, startedAt, client, method, target, routed, attempts, ended }: Exchange): ExchangeBrief {
  return {
    ...{ id, at: startedAt, client, method, target: target.slice(0, longestTarget) },
    ...(routed?.kind === 'pool' ? { pool: routed.pool } : {}),
    policy: attempts.at(-1)?.choice.policy ?? '',
    attempts: attempts.map(attemptBriefOf),
    status: ended?.status ?? null,
    ms: ended ? rounded(ended.at - startedAt) : null,
  };
}

/** What lists show of an attempt, as of now. */
export function attemptBriefOf({ origin, outcome }: Attempt): AttemptBrief {
  return {
    origin: origin.id,
    result: outcome ? resultOf(outcome) : null,
    isFailure: outcome?.kind === 'failed' || outcome?.kind === 'overdue' || (outcome?.kind === 'answered' && outcome.status >= 500),
  };
}

/** A figure to two places. */
export function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
