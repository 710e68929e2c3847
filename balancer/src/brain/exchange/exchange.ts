import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { WaitEnd } from '../pool/member.ts';
import type { Release } from '../pool/pool.ts';
import type { Tally } from '../pool/tally.ts';
import type { Excluded } from '../pool/view.ts';
import type { Candidate } from '../select/candidate.ts';
import type { Origin } from '../select/origin.ts';
import type { Choice } from './choice.ts';

/**
 * Why an origin gave no whole response: time ran out; or the connection could not be made or broke; or the header was longer than is
 * taken; or what came was no HTTP; or the trouble was the balancer's own, or the client's.
 */
export type Cause = 'timeout' | 'lost' | 'too-large' | 'invalid' | 'own';

/** How one attempt at one origin ended. */
export type Outcome =
  /** The origin's whole response was handed to the client; with status 101, the connection became a tunnel. */
  | { readonly kind: 'answered'; readonly status: number }
  /** The origin gave no whole response: it could not be reached, never began to answer, or broke off. */
  | {
      readonly kind: 'failed';
      readonly during: 'connecting' | 'waiting' | 'answering';
      readonly reason: string;
      readonly cause: Cause;
    }
  /** The client stopped sending its body, or sent it at less than so many bytes/s. */
  | { readonly kind: 'starved'; readonly slowerThan?: number | undefined }
  /** The client stopped reading the answer. */
  | { readonly kind: 'unread' }
  /** The client went away first. */
  | { readonly kind: 'abandoned' }
  /** The request's time for all attempts was over before this origin had as long as an origin may have; that says nothing of it. */
  | { readonly kind: 'overdue' };

/** One try at one origin. */
export interface Attempt {
  readonly origin: Origin;
  /** Where this thread counts what comes of it. */
  readonly tally: Tally;
  /** Why there. */
  readonly choice: Choice;
  /** The pool's clock, which all times here are on: ms that all threads share. */
  readonly now: () => number;
  /** When the origin was picked. */
  readonly startedAt: number;
  /** When there was a connection and the request began to leave on it. */
  connectedAt?: number;
  /** When the response began. */
  firstByteAt?: number;
  endedAt?: number;
  /** The origin as the policy picked it. */
  readonly candidate: Candidate;
  /** Gives back the lease that counts this attempt in flight. */
  readonly release: Release;
  /** Ends its being counted as a tunnel; there once it has become one. */
  leaveTunnel?: Release;
  /** Told how the wait for the response ended, for the origin's latency. */
  readonly waited: (end: WaitEnd) => void;
  /** Missing while the attempt is under way; a tunnel's is known once it is open. */
  outcome?: Outcome;
}

/** A request's body: nothing, all of it, or a stream that can be sent once. */
export type Body = Buffer | Readable | null;

/** What an exchange takes up while it runs, for whoever notices how far it has come. */
export interface Share {
  /** The head of the origin's final answer has come; with status 101, the connection has become a tunnel. */
  answered(status: number): void;
}

/** One client request with all its attempts: what walks the road from admit to account. */
export interface Exchange {
  /** Unique, or the one that a trusted proxy gave; clients see it in error bodies, so that a report can be matched with the log. */
  readonly id: string;
  readonly method: string;
  /** The request target in origin-form (RFC 9112 §3.2.1), byte for byte as the client sent it. */
  readonly target: string;
  /** The client's address: the peer's, or what trusted proxies say of it. */
  readonly client: string;
  /** Fields that the balancer adds for the origin: name, value, name, value … */
  added: readonly string[];
  /** Fields that the balancer adds for the client, as above; the latest attempt decides. */
  told: readonly string[];
  /** Whether the client came over TLS, as far as that is known. */
  readonly secure: boolean;
  /** Whether the client asks to turn the connection into a WebSocket (RFC 6455). */
  readonly webSocket: boolean;
  /** On the pool's clock. */
  readonly startedAt: number;
  /** When the last byte of its body had come, where that is kept; on the pool's clock. */
  keptAt?: number;
  /** Until when its answer must have begun, on the pool's clock; the forward stage sets it before the first attempt. */
  deadline?: number;
  readonly attempts: Attempt[];
  /** Gives back the place at the origins that a WebSocket had until it was open; the queue stage sets it. */
  leavePlace?: () => void;
  /** Told by the transport of the answer that it passes on; the forward stage sets it before the first attempt. */
  share?: Share;
  /** Whether the client is told why its request went where it went. */
  isExplained: boolean;
  /** Where it is: the fields that caches must see beside it. */
  explained: readonly string[];
  /** Why a failed exchange was not tried on another origin, in a few words. */
  notRetried?: string;
  /** Who was no candidate and why, where nobody was. */
  nobody?: readonly Excluded[];
  /** When it was over, and the status of the whole response that the client got, or null. */
  ended?: { readonly at: number; readonly status: number | null };
  /** Where it is remembered. */
  place?: number;
  /** What the attempts send; the forward stage sets it before the first one. */
  body: Body;
}

const key = Symbol('exchange');

/** Puts the exchange where every later stage of the road finds it. */
export function beginExchange(req: IncomingMessage & { [key]?: Exchange }, exchange: Exchange): void {
  req[key] = exchange;
}

/** The exchange of a request, where one was begun. */
export function exchangeIn(req: IncomingMessage & { [key]?: Exchange }): Exchange | undefined {
  return req[key];
}

/** The exchange of an admitted request. Throws if it was not admitted, which is a mistake in app.ts. */
export function exchangeOf(req: IncomingMessage): Exchange {
  const exchange = exchangeIn(req);
  if (!exchange) throw new Error('the request was not admitted: app.ts must mount admit first');
  return exchange;
}
