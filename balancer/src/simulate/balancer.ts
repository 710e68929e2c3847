import type { Evidence } from '../brain/health/evidence.ts';
import type { Waits } from '../brain/pool/ledger.ts';
import { MirrorRoster } from '../brain/pool/mirror-roster.ts';
import type { Roster } from '../brain/pool/roster.ts';
import type { Route } from '../brain/route/route.ts';
import type { Origin } from '../brain/select/origin.ts';
import { soonOnce } from '../brain/soon-once.ts';
import type { Decisions } from '../brain/story/decisions.ts';
import type { World } from '../brain/world.ts';
import { SimulatedLane, type Surroundings } from './lane.ts';
import { type BalancerSettings, type PoolBegin, SimulatedPool } from './pool.ts';
import { SharedRoutes } from './routing.ts';
import { type RoutedTold, SimulatedThread } from './thread.ts';

/** What a simulated balancer works with. */
export interface BalancerParts extends Surroundings {
  readonly threads: number;
  /** At least one. */
  readonly pools: readonly PoolBegin[];
  /** Without them all requests go to the first pool. */
  readonly routes: readonly Route[] | undefined;
  /** The most origins of a pool at a time, those that finish what runs included. */
  readonly mostOrigins: number;
  /** Reads a URL. */
  readonly urlOf: (href: string) => Origin['url'];
  /** Told what becomes of every request by the routes. */
  readonly routed: RoutedTold;
}

/** The longest that a message takes from one thread to another, in ms. */
const slowestMessage = 3;

/** A balancer of the simulated world: the brain as one thread or several run it, with messages between them that take their time. */
export class SimulatedBalancer {
  readonly pools: readonly SimulatedPool[];
  readonly threads: SimulatedThread[] = [];
  #routes: SharedRoutes | undefined;
  readonly #parts: BalancerParts;
  /** Until when a message of one thread is under way, so that the next one doesn't overtake it. */
  readonly #busy: number[] = [];

  constructor(parts: BalancerParts) {
    const { world, threads, pools, routes } = parts;
    this.#parts = parts;
    this.pools = pools.map((begin, number) => {
      const cut = (origin: Origin) => this.#tellAll(({ lanes }) => lanes[number]?.cut(origin));
      return new SimulatedPool(begin, { ...parts, waits: waitsIn(world), cut });
    });
    this.#routes = routes && new SharedRoutes(routes, world);
    if (threads > 1) for (const [number, pool] of this.pools.entries()) this.#followEverywhere(number, pool);
    for (let thread = 0; thread < threads; thread += 1) this.threads.push(this.#start(thread));
    for (const { health } of this.pools) health.start();
  }

  /** Follows other settings in a pool of its own, and tells every thread. */
  configure(pool: SimulatedPool, settings: BalancerSettings): void {
    const number = this.pools.indexOf(pool);
    pool.settings = settings;
    this.#tellAll(({ lanes }) => lanes[number]?.configure(settings));
    pool.health.refresh();
  }

  /** Follows other routes, and tells every thread. */
  follow(routes: readonly Route[]): void {
    const shared = new SharedRoutes(routes, this.#parts.world, this.#routes);
    this.#routes = shared;
    this.#tellAll((thread) => thread.follow(shared));
  }

  /** A thread dies, with all that it serves, and another one takes its place. */
  loseThread(thread: number): void {
    if (this.threads.length === 1) return;
    this.threads[thread]?.die();
    for (const pool of this.pools) pool.reclaim(thread);
    this.threads[thread] = this.#start(thread);
  }

  stop(): void {
    for (const { health } of this.pools) health.stop();
  }

  #start(thread: number): SimulatedThread {
    const lanesWith = (decisions: Decisions) => this.pools.map((pool) => this.#lane(pool, thread, decisions));
    return new SimulatedThread(thread, lanesWith, this.#routes, this.#parts.routed);
  }

  #lane(pool: SimulatedPool, thread: number, decisions: Decisions): SimulatedLane {
    const { world, threads, serverOf, urlOf, picked } = this.#parts;
    const { name, settings, health } = pool;
    const lane = (ledger: SimulatedPool['ledger'], roster: Roster, tell: (id: string, evidence: Evidence) => void) =>
      new SimulatedLane(settings, { name, world, ledger, roster, decisions, serverOf, picked, tell });
    if (threads === 1) return lane(pool.ledger, pool.roster, health.observe.bind(health));
    const ledger = pool.ledgerOf(thread);
    const finished = (origin: Origin) => this.#tell(threads, () => pool.roster.finished(origin));
    const roster = new MirrorRoster(ledger, world.now, finished, urlOf);
    roster.mirror(pool.roster.snapshot());
    return lane(ledger, roster, (id, evidence) => this.#tell(threads, () => health.observe(id, evidence)));
  }

  /** Sends the roster of a pool to all once everything that changes now has changed. */
  #followEverywhere(number: number, { roster }: SimulatedPool): void {
    const follow = soonOnce(
      (work) => this.#parts.world.soon(work),
      () => {
        const snapshot = roster.snapshot();
        this.#tellAll(({ lanes }) => mirrorIn(lanes[number]).mirror(snapshot));
      },
    );
    roster.followedBy((done) => this.#settle(done));
    roster.observe({ changed: follow, replaced: follow });
  }

  /** Calls back when every thread has done what it was told until now. */
  #settle(done: () => void): void {
    let left = this.threads.length;
    const hear = () => {
      left -= 1;
      if (left === 0) done();
    };
    this.#parts.world.soon(() => this.#tellAll(hear, hear));
  }

  /** Tells every serving thread something; `lost` is called for each that has died before it heard. */
  #tellAll(message: (thread: SimulatedThread) => void, lost: () => void = () => {}): void {
    this.threads.forEach((thread, number) => {
      this.#tell(number, () => (this.threads[number] === thread ? message(thread) : lost()));
    });
  }

  /** Brings a message to a thread in a moment; none overtakes another. The main thread is the last. */
  #tell(thread: number, message: () => void): void {
    const { world } = this.#parts;
    if (this.#parts.threads === 1) {
      message();
      return;
    }
    const at = Math.max(this.#busy[thread] ?? 0, world.now() + world.random() * slowestMessage);
    this.#busy[thread] = at;
    world.after(at - world.now(), message);
  }
}

/** The roster of a lane beside the main thread's. Throws where it has none of its own, which is a mistake here. */
function mirrorIn(lane: SimulatedLane | undefined): MirrorRoster {
  if (lane?.roster instanceof MirrorRoster) return lane.roster;
  throw new Error('the lane has no roster of its own');
}

/** How simulated threads wait for each other: nobody is ever put aside within a step, so that only places are waited for. */
function waitsIn({ soon, after }: World): Waits {
  return {
    pause: () => {
      throw new Error('a simulated thread holds the lock beyond its step');
    },
    whenChanged: (cells, at, from, told) => {
      const look = () => {
        if (Atomics.load(cells, at) !== from) told();
        else after(1, look);
      };
      soon(look);
    },
  };
}
