import type { DecisionReport } from '../../../balancer/src/brain/story/report.ts';
import type { Outcome } from '../../../balancer/src/simulate/outcome.ts';
import type { Happening, Scenario } from '../../../balancer/src/simulate/scenario.ts';
import type { RequestToExplain, Runs } from '../chapter.ts';

/** One attempt of a request, as it is drawn. Times are ms of the world. */
export interface Leg {
  /** The origin's number, from 0. */
  readonly origin: number;
  readonly pickedAt: number;
  /** When its outcome was known; missing while it is under way. */
  endedAt?: number;
  isFailure?: boolean;
}

/** A request, as it is drawn. */
export interface Flight {
  /** Counts up from 1. */
  readonly number: number;
  readonly client: number;
  readonly at: number;
  /** Which of several balancers it came to, from 0. */
  readonly balancer: number;
  readonly legs: readonly Leg[];
  /** When its client was told; missing while it runs. */
  endedAt?: number;
  /** What the client was told; null where it got no whole answer or left. */
  status?: number | null;
}

/** How an origin is, as it is drawn. */
export interface OriginLook {
  readonly id: string;
  readonly condition: 'up' | 'crashed' | 'hung';
  readonly slowness: number;
  /** The part of its answers that are a 500. */
  readonly errors: number;
  readonly workers: number;
  /** Requests that have a worker, and those that wait for one. */
  readonly working: number;
  readonly queued: number;
  /** What the (first) balancer takes it for: `ready`, or in a word why not, such as `down`, `ejected`, `draining`, `removed`. */
  readonly standing: string;
  readonly weight: number;
  /** Attempts that it has got. */
  readonly taken: number;
}

/** What has happened since the frame before, and how everything is. */
export interface Frame {
  /** ms of the world. */
  readonly now: number;
  /** Requests that are new, or to which something has happened; in the order in which they came. */
  readonly flights: readonly Flight[];
  readonly origins: readonly OriginLook[];
  /** Requests that wait for a place in the balancer. */
  readonly waiting: number;
  /** Since the beginning. */
  readonly total: Outcome;
  /** Whether the scenario is over, with its last request. */
  readonly isOver: boolean;
}

/** What a page asks of the worker that plays worlds. Each has an `id` that its answer bears. */
export type LabRequest =
  /** Puts a world up, to be played step by step; one of the same `world` before it is gone. */
  | { readonly kind: 'put'; readonly world: string; readonly scenario: Scenario; readonly seed: number }
  /** Plays it until so many ms of the world: answered by a Frame. */
  | { readonly kind: 'advance'; readonly world: string; readonly to: number }
  /** Has something happen in it now. */
  | { readonly kind: 'happen'; readonly world: string; readonly happening: Happening }
  /** Plays worlds to their end, at once: answered by Outcomes. */
  | { readonly kind: 'play'; readonly runs: Runs }
  /** Finds a request and tells its story: answered by a DecisionReport, or undefined where none fits. */
  | { readonly kind: 'explain'; readonly request: RequestToExplain };

/** What the worker answers with. */
export type LabAnswer =
  | { readonly id: number; readonly value: Frame | Readonly<Record<string, Outcome>> | DecisionReport | undefined }
  | { readonly id: number; readonly error: string };
