import type { Route } from './route.ts';

/** A route that took a request, and in a sentence for the request's story what it did. */
interface Taken {
  readonly route: Route;
  readonly why: string;
}

/** It goes to a pool. */
export interface RoutedToPool extends Taken {
  readonly kind: 'pool';
  readonly pool: string;
  /** What its origin is asked for, where that is not what the client asked for. */
  readonly target?: string;
}

/** Its client is sent elsewhere. */
export interface Redirected extends Taken {
  readonly kind: 'redirect';
  readonly status: number;
  readonly location: string;
}

/** The balancer answers it. */
export interface Responded extends Taken {
  readonly kind: 'respond';
  readonly status: number;
  readonly text: string;
  /** After how many seconds to come again. */
  readonly retryAfter?: number;
}

/** Its client may not come here (403). */
export interface Denied extends Taken {
  readonly kind: 'denied';
}

/** It came too soon after others (429). */
export interface Limited extends Taken {
  readonly kind: 'limited';
  /** After how many seconds to come again. */
  readonly retryAfter: number;
}

/** Its path can not be told, or not be taken off (400). */
export interface Unclear extends Taken {
  readonly kind: 'unclear';
}

/** No route takes it (404). */
export interface Nowhere {
  readonly kind: 'nowhere';
  readonly why: string;
}

/** What becomes of a request, and why. */
export type Routed = RoutedToPool | Redirected | Responded | Denied | Limited | Unclear | Nowhere;
