import type { Exchange } from '../brain/exchange/exchange.ts';
import { resultOf } from '../brain/story/result.ts';

/** What one exchange leaves behind, in plain values. */
export interface ExchangeRecord {
  /** ISO 8601, when the exchange ended. */
  readonly time: string;
  readonly id: string;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  /** Where there are routes: the number of the one that took it, or null where none did. */
  readonly route?: number | null;
  /** What that made of it and why, in a sentence. */
  readonly routed?: string;
  /** The pool that it led to. */
  readonly pool?: string;
  /** The origin that answered; null if none did. */
  readonly origin: string | null;
  /** What the client was told; null if the client left, or the answer broke off. */
  readonly status: number | null;
  /** From the request's arrival to the end of the response, in ms. */
  readonly ms: number;
  /** Every origin tried, in order, and how that ended in a few words. */
  readonly attempts: readonly { readonly origin: string; readonly result: string }[];
}

/** Sums up a finished exchange. `now` is on the exchange's clock, `time` on the wall's. */
export function recordOf(exchange: Exchange, now: number, time: Date): ExchangeRecord {
  const attempts = exchange.attempts.map(({ origin, outcome }) => ({ origin: origin.id, result: resultOf(outcome) }));
  const answered = exchange.attempts.at(-1)?.outcome?.kind === 'answered';
  return {
    time: time.toISOString(),
    id: exchange.id,
    client: exchange.client,
    method: exchange.method,
    target: shortened(exchange.target),
    ...routeIn(exchange),
    origin: answered ? (attempts.at(-1)?.origin ?? null) : null,
    status: exchange.ended?.status ?? null,
    ms: Math.round((now - exchange.startedAt) * 100) / 100,
    attempts,
  };
}

function routeIn({ routed }: Exchange): Pick<ExchangeRecord, 'route' | 'routed' | 'pool'> {
  if (!routed) return {};
  const route = routed.kind === 'nowhere' ? null : routed.route.number;
  return { route, routed: routed.why, ...(routed.kind === 'pool' ? { pool: routed.pool } : {}) };
}

/** The longest target that a line of the log has whole, in characters: a slow reader of the log then costs less memory. */
const longestInLog = 1024;

function shortened(target: string): string {
  return target.length > longestInLog ? `${target.slice(0, longestInLog)}…` : target;
}
