import type { Exchange } from '../brain/exchange/exchange.ts';
import { resultOf } from '../brain/story/result.ts';
import type { Reply } from '../listen/reply.ts';
import type { RoadRequest } from '../listen/request.ts';

/** How much whoever reads a log has to care: `error` where the client got a 5xx, `warn` where it got another error, or nothing whole. */
export type Level = 'info' | 'warn' | 'error';

/** What one exchange leaves behind, in plain values. The names are for who reads logs, and stay. */
export interface ExchangeRecord extends AskedAndSaid {
  /** ISO 8601, when the exchange ended. */
  readonly time: string;
  readonly level: Level;
  readonly id: string;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  /** The target without its query. */
  readonly path: string;
  /** What the client was told; null if the client left, or the answer broke off. */
  readonly status: number | null;
  /** From the request's arrival to the end of the response, in ms. */
  readonly ms: number;
  /** Where there are routes: the number of the one that took it, or null where none did. */
  readonly route?: number | null;
  /** What that made of it and why, in a sentence. */
  readonly routed?: string;
  /** The pool that it led to. */
  readonly pool?: string;
  /** The origin that answered; null if none did. */
  readonly origin: string | null;
  /** Every origin tried, in order, and how that ended in a few words. */
  readonly attempts: readonly { readonly origin: string; readonly result: string }[];
  /** Why the latest attempt but the last was not the last, in a few words. */
  readonly retryReason?: string;
  /** Why it ended as it did, in a few words, where that was not an origin's answer: why it was tried at no other, or at none at all. */
  readonly reason?: string;
}

/** What a record has of the request and the reply themselves. What a client didn't send is missing. */
export interface AskedAndSaid {
  readonly host?: string;
  /** `HTTP/1.1`, say. */
  readonly protocol: string;
  /** `TLSv1.3`, say; missing where the connection is not over TLS. */
  readonly tls?: string;
  readonly userAgent?: string;
  readonly referrer?: string;
  /** Bytes of the bodies that came and went, as they were on this side; none of a WebSocket. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Takes what a record has of a request and its reply. */
export function askedAndSaid({ headers, httpVersion, peer, received }: RoadRequest, { sent }: Reply): AskedAndSaid {
  const tls = peer.getProtocol?.();
  return {
    ...given('host', headers.host),
    protocol: `HTTP/${httpVersion}`,
    ...given('tls', tls ?? undefined),
    ...given('userAgent', headers['user-agent']),
    ...given('referrer', headers.referer),
    bytesIn: received,
    bytesOut: sent,
  };
}

function given<Name extends string>(name: Name, value: string | undefined): { readonly [Given in Name]?: string } {
  return value === undefined ? {} : ({ [name]: shortened(value) } as { [Given in Name]: string });
}

/** Sums up a finished exchange. `now` is on the exchange's clock, `time` on the wall's. */
export function recordOf(exchange: Exchange, said: AskedAndSaid, now: number, time: Date): ExchangeRecord {
  const attempts = exchange.attempts.map(({ origin, outcome }) => ({ origin: origin.id, result: resultOf(outcome) }));
  const answered = exchange.attempts.at(-1)?.outcome?.kind === 'answered';
  const status = exchange.ended?.status ?? null;
  const retried = attempts.at(-2)?.result;
  return {
    ...{ time: time.toISOString(), level: levelOf(status), id: exchange.id, client: exchange.client },
    ...{ method: exchange.method, target: shortened(exchange.target), path: pathOf(shortened(exchange.target)) },
    ...said,
    ...routeIn(exchange),
    origin: answered ? (attempts.at(-1)?.origin ?? null) : null,
    status,
    ms: Math.round((now - exchange.startedAt) * 100) / 100,
    attempts,
    ...(retried === undefined ? {} : { retryReason: retried }),
    ...(exchange.notRetried === undefined ? {} : { reason: exchange.notRetried }),
  };
}

/** The status of the whole response that a client got; null if it got none. */
export function statusOf({ status, isWhole }: Reply): number | null {
  return isWhole || status === 101 ? status : null;
}

/** How much a status matters to who reads a log. */
export function levelOf(status: number | null): Level {
  if (status === null) return 'warn';
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** A target without its query. */
export function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? '';
}

function routeIn({ routed }: Exchange): Pick<ExchangeRecord, 'route' | 'routed' | 'pool'> {
  if (!routed) return {};
  const route = routed.kind === 'nowhere' ? null : routed.route.number;
  return { route, routed: routed.why, ...(routed.kind === 'pool' ? { pool: routed.pool } : {}) };
}

/** The longest text of a client's that a line of the log has whole, in characters: a slow reader of the log then costs less memory. */
const longestInLog = 1024;

function shortened(text: string): string {
  return text.length > longestInLog ? `${text.slice(0, longestInLog)}…` : text;
}
