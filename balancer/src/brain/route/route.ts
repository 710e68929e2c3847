import type { KeySource } from './key-source.ts';

/** A block of addresses: `address/prefix`. */
export interface Block {
  readonly address: string;
  readonly prefix: number;
}

/** What a request must be so that a route takes it; what is missing may be anything. */
export interface RouteMatch {
  /** A host's name in lower case without its port; `*.example.com` for every name below that one. */
  readonly host?: string;
  /** A prefix of the path that ends at a segment: `/api` is `/api` and all below it, and not `/apix`. */
  readonly path?: string;
  readonly methods?: readonly string[];
  /** Fields, by their names in lower case, and the values that they must have. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What becomes of a request that a route takes. */
export type RouteAction =
  | { readonly kind: 'pool'; readonly pool: string }
  /** Each pool gets its share, by chance or by a key. Shares are relative to each other. */
  | { readonly kind: 'split'; readonly shares: readonly PoolShare[]; readonly key?: KeySource }
  /** The client is sent to another URL. Where that ends with `/`, what stands in the target behind the route's path goes behind it. */
  | { readonly kind: 'redirect'; readonly to: string; readonly status: 301 | 302 | 303 | 307 | 308 }
  /** The balancer answers itself. `retryAfter` is in whole seconds. */
  | { readonly kind: 'respond'; readonly status: number; readonly text: string; readonly retryAfter?: number };

/** A pool's share of the requests that a route takes. */
export interface PoolShare {
  readonly pool: string;
  readonly share: number;
}

/** How often requests may come: a token bucket (RFC 2697, by its idea). */
export interface RateLimit {
  /** Requests a second. */
  readonly rate: number;
  /** How many may come at once. */
  readonly burst: number;
  /** What has a bucket of its own; without it, all requests of the route have one together. */
  readonly key?: KeySource;
}

/** What a route does to the fields of a request or of an answer: takes some off, then sets others. Names as they are written. */
export interface FieldChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** A route: which requests it takes, and what becomes of them. Plain values, since other threads are sent it. */
export interface Route {
  /** Its place in the list, from 1. */
  readonly number: number;
  readonly match: RouteMatch;
  readonly action: RouteAction;
  /** Takes the route's path off the target, but for the slash that a target begins with. */
  readonly stripPrefix: boolean;
  /** The longest body that is taken, in bytes. */
  readonly maxBody?: number;
  /** Only clients at these addresses are let in. */
  readonly allow?: readonly Block[];
  /** Clients at these addresses are not let in. */
  readonly deny?: readonly Block[];
  readonly rateLimit?: RateLimit;
  readonly requestFields: FieldChanges;
  readonly answerFields: FieldChanges;
}
