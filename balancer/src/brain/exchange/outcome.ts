/**
 * Why an origin gave no whole response: time ran out; or the connection could not be made or broke; or the header was longer than is
 * taken; or what came was no HTTP; or it said that it has not begun with the request; or the trouble was the balancer's own, or the client's.
 */
export type Cause = 'timeout' | 'lost' | 'too-large' | 'invalid' | 'refused' | 'own';

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
  /** The client sent a longer body than its route takes. */
  | { readonly kind: 'overlong' }
  /** The client stopped reading the answer. */
  | { readonly kind: 'unread' }
  /** The client went away first. */
  | { readonly kind: 'abandoned' }
  /** The request's time for all attempts was over before this origin had as long as an origin may have; that says nothing of it. */
  | { readonly kind: 'overdue' };
