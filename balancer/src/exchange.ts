import type { Readable } from 'node:stream';
import type { Response } from 'express';
import type { Origin } from './pool/origin.ts';
import type { Release } from './pool/pool.ts';

/** How one attempt at one origin ended. */
export type Outcome =
  /** The origin's whole response was handed to the client. */
  | { readonly kind: 'answered'; readonly status: number }
  /** The origin gave no whole response: it could not be reached, never began to answer, or broke off. */
  | {
      readonly kind: 'failed';
      readonly during: 'connecting' | 'waiting' | 'answering';
      readonly reason: string;
      readonly timedOut: boolean;
    }
  /** The client went away first. */
  | { readonly kind: 'abandoned' };

/** One try at one origin. */
export interface Attempt {
  readonly origin: Origin;
  /** Gives back the lease that counts this attempt in flight. */
  readonly release: Release;
  /** Missing while the attempt is under way. */
  outcome?: Outcome;
}

/** A request's body: nothing, all of it, or a stream that can be sent once. */
export type Body = Buffer | Readable | null;

/** One client request with all its attempts: what walks the road from admit to account. */
export interface Exchange {
  /** Unique; clients see it in error bodies, so that a report can be matched with the log. */
  readonly id: string;
  readonly method: string;
  /** The request target as the client sent it, byte for byte. */
  readonly target: string;
  /** The client's address. */
  readonly client: string;
  /** ms on the monotonic clock. */
  readonly startedAt: number;
  readonly attempts: Attempt[];
  /** What the attempts send; the forward stage sets it before the first one. */
  body: Body;
}

/** Puts the exchange where every later stage of the road finds it. */
export function beginExchange(res: Response, exchange: Exchange): void {
  res.locals['exchange'] = exchange;
}

/** The exchange that a response belongs to. Throws if the request was never admitted, which is a mistake in app.ts. */
export function exchangeOf(res: Response): Exchange {
  const exchange = res.locals['exchange'] as Exchange | undefined;
  if (!exchange) throw new Error('the request was not admitted: app.ts must mount admit first');
  return exchange;
}
