import { refusals, statusIn } from '../brain/exchange/refusals.ts';
import type { Routed, RoutedToPool } from '../brain/route/routed.ts';
import type { Routes } from '../brain/route/routes.ts';
import { Decisions } from '../brain/story/decisions.ts';
import type { Asked } from './asked.ts';
import type { Told } from './carried.ts';
import type { SimulatedLane } from './lane.ts';
import type { SharedRoutes } from './routing.ts';

/** Exchanges that it remembers. */
const remembered = 64;

/** A request as its client holds on to it. */
export interface Asking {
  /** The client leaves. */
  leave(): void;
}

/** Told what becomes of a request by the routes. */
export type RoutedTold = (routed: Routed, asked: Asked, thread: SimulatedThread) => void;

/** A thread that serves: it leads requests to the lanes of their pools, by the routes. */
export class SimulatedThread {
  /** In the order of the pools. */
  readonly lanes: readonly SimulatedLane[];
  readonly decisions = new Decisions(remembered);
  readonly #number: number;
  readonly #routed: RoutedTold;
  /** The routes that it follows; nothing where all requests go to the first pool. */
  shared: SharedRoutes | undefined;
  #routes: Routes | undefined;

  /** `lanesWith` makes its lanes, which remember their exchanges in the same place. */
  constructor(
    number: number,
    lanesWith: (decisions: Decisions) => readonly SimulatedLane[],
    shared: SharedRoutes | undefined,
    routed: RoutedTold,
  ) {
    this.#number = number;
    this.lanes = lanesWith(this.decisions);
    this.#routed = routed;
    if (shared) this.follow(shared);
  }

  /** Takes a request; `told` hears what the client got: a status, or nothing whole. */
  serve(id: string, asked: Asked, told: Told): Asking {
    const routed = this.#routes?.decide(asked);
    if (routed) this.#routed(routed, asked, this);
    if (!routed || routed.kind === 'pool') return this.#laneOf(routed).serve(id, asked, routed, told);
    told(statusOf(routed));
    return { leave: () => {} };
  }

  /** Follows other routes from now on. */
  follow(shared: SharedRoutes): void {
    this.shared = shared;
    this.#routes = shared.in(this.#number);
  }

  /** Ends at once, with all that it serves. */
  die(): void {
    for (const lane of this.lanes) lane.die();
  }

  #laneOf(routed: RoutedToPool | undefined): SimulatedLane {
    const lane = routed ? this.lanes.find(({ name }) => name === routed.pool) : this.lanes[0];
    if (!lane) throw new Error(`a route leads to ${routed?.pool}, and there is no such pool`);
    return lane;
  }
}

/** What a client is told that goes to no pool. */
function statusOf(routed: Exclude<Routed, RoutedToPool>): number {
  switch (routed.kind) {
    case 'redirect':
    case 'respond':
      return routed.status;
    case 'denied':
      return statusIn(refusals.forbidden);
    case 'limited':
      return statusIn(refusals.tooOften);
    case 'unclear':
      return statusIn(refusals.unclearPath);
    case 'nowhere':
      return statusIn(refusals.nowhere);
  }
}
