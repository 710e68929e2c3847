// You are here: 4 of 23 in docs/reading.md. Next: brain/exchange/attempt.ts.

import type { Excluded } from '../pool/view.ts';
import type { Routed } from '../route/routed.ts';
import type { Attempt } from './attempt.ts';

/** One client request with all its attempts: what is known of it, for those who decide and those who tell. */
export interface Exchange {
  /** Unique, or the one that a trusted proxy gave; clients see it in error bodies, so that a report can be matched with the log. */
  readonly id: string;
  readonly method: string;
  /** The request target in origin-form (RFC 9112 §3.2.1), byte for byte as the client sent it. */
  readonly target: string;
  /** The client's address: the peer's, or what trusted proxies say of it. */
  readonly client: string;
  /** Whether the client asks to turn the connection into a WebSocket (RFC 6455). */
  readonly webSocket: boolean;
  /** On the pool's clock. */
  readonly startedAt: number;
  /** When the last byte of its body had come, where that is kept; on the pool's clock. */
  keptAt?: number;
  /** Whether its body is too long to be kept, and can be sent once only. */
  isStreamed?: boolean;
  /** Until when its answer must have begun, on the pool's clock; known before the first attempt. */
  deadline?: number;
  /** What its route made of it; missing where all requests go to one pool. */
  routed?: Routed;
  readonly attempts: Attempt[];
  /** Why a failed exchange was not tried on another origin, in a few words. */
  notRetried?: string;
  /** Who was no candidate and why, where nobody was. */
  nobody?: readonly Excluded[];
  /** When it was over, and the status of the whole response that the client got, or null. */
  ended?: { readonly at: number; readonly status: number | null };
  /** Where it is remembered. */
  place?: number;
}
