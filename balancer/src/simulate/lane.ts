import { Dispatch, type DispatchRules } from '../brain/dispatch/journey.ts';
import { RetryBudget } from '../brain/dispatch/retry-budget.ts';
import type { Exchange } from '../brain/exchange/exchange.ts';
import type { Evidence } from '../brain/health/evidence.ts';
import { witness } from '../brain/health/witness.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { PoolSettings } from '../brain/pool/offer.ts';
import { Pool } from '../brain/pool/pool.ts';
import type { Roster } from '../brain/pool/roster.ts';
import { turnsIn } from '../brain/pool/turns.ts';
import { type RoomLimits, WaitingRoom } from '../brain/queue/waiting-room.ts';
import type { RoutedToPool } from '../brain/route/routed.ts';
import type { Origin } from '../brain/select/origin.ts';
import { policies, policyNumberOf } from '../brain/select/policies.ts';
import type { PolicyEnv } from '../brain/select/policy.ts';
import type { Decisions } from '../brain/story/decisions.ts';
import type { World } from '../brain/world.ts';
import type { Asked } from './asked.ts';
import { Carried, type Home, type Patience, type Told } from './carried.ts';
import type { SimulatedOrigin } from './origin.ts';

/** What may change in a pool of a simulated balancer while it serves. */
export interface LaneSettings {
  readonly policy: string;
  /** Whether a policy that asks origins for their load can do so. */
  readonly asksLoad?: boolean;
  readonly pool: PoolSettings;
  readonly room: RoomLimits;
  readonly patience: Patience;
  readonly retries: number;
  readonly totalTimeout: number;
  /** Has each request be tried again as often as `retries` says, however many others are: what the retry budget is there to prevent. */
  readonly retryBudget?: 'off';
}

/** What is around a simulated balancer, each of its threads and their lanes. */
export interface Surroundings {
  readonly world: World;
  /** The server that is the origin of an id. */
  readonly serverOf: (id: string) => SimulatedOrigin;
  /** Told of every exchange that goes to an origin, or on to another. */
  readonly picked: (exchange: Exchange, lane: SimulatedLane) => void;
}

/** What a simulated lane works with. */
export interface LaneParts extends Surroundings {
  /** The name of its pool. */
  readonly name: string;
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly decisions: Decisions;
  /** Told what requests have shown of an origin's health. */
  readonly tell: (id: string, evidence: Evidence) => void;
}

/** One that never refuses. */
class BoundlessBudget extends RetryBudget {
  override tryTake(): boolean {
    return true;
  }
}

/** How long an origin takes to say its load, in ms. */
const loadProbe = 1;

/** One pool's part of a thread: the brain's parts, joined as in the balancer. */
export class SimulatedLane implements Home {
  /** The name of its pool. */
  readonly name: string;
  readonly world: World;
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly dispatch: Dispatch;
  readonly decisions: Decisions;
  readonly serverOf: (id: string) => SimulatedOrigin;
  /** All that it has not come to the end of. */
  readonly running = new Set<Carried>();
  settings: LaneSettings;
  rules: DispatchRules;
  #isAlive = true;

  constructor(settings: LaneSettings, { name, world, ledger, roster, decisions, serverOf, tell, picked }: LaneParts) {
    this.name = name;
    this.world = world;
    this.ledger = ledger;
    this.roster = roster;
    this.decisions = decisions;
    this.serverOf = serverOf;
    this.settings = settings;
    this.pool = new Pool(roster, settings.pool, ledger, world.now);
    this.room = new WaitingRoom(() => this.pool.places(), ledger, settings.room, world);
    this.rules = this.#rulesOf(settings);
    this.dispatch = new Dispatch(
      {
        pool: this.pool,
        rules: () => this.rules,
        observe: witness({ roster, now: world.now, all: ledger.exchanges() }, tell),
        changed: (exchange) => {
          this.decisions.changed(exchange);
          picked(exchange, this);
        },
      },
      settings.retryBudget === 'off' ? new BoundlessBudget() : undefined,
    );
    roster.observe({ changed: () => this.#adapt(), replaced: () => this.#adapt() });
    this.#adapt();
  }

  /** Takes a request that a route led here, or all lead here; `told` hears what the client got: a status, or nothing whole. */
  serve(id: string, asked: Asked, routed: RoutedToPool | undefined, told: Told): Carried {
    const carried = new Carried(id, asked, this, told, routed);
    this.running.add(carried);
    carried.begin();
    return carried;
  }

  /** Takes in that a request is over. */
  ended(carried: Carried): void {
    this.running.delete(carried);
  }

  /** Follows other settings from now on. */
  configure(settings: LaneSettings): void {
    this.settings = settings;
    this.rules = this.#rulesOf(settings);
    this.pool.configure(settings.pool);
    this.room.configure(settings.room);
    this.rules.policy.prepare?.(this.pool.usable());
  }

  /** Ends everything that still runs at an origin. */
  cut({ id, url }: Origin): void {
    for (const carried of [...this.running]) {
      const { origin } = carried.exchange.attempts.at(-1) ?? {};
      if (carried.isLeased && origin?.id === id && origin.url.href === url.href) carried.cut();
    }
  }

  /** Ends at once, with all that it serves. */
  die(): void {
    this.#isAlive = false;
    for (const carried of this.running) carried.die();
    this.running.clear();
  }

  #rulesOf({ policy: policyName, asksLoad = false, retries, totalTimeout }: LaneSettings): DispatchRules {
    const factory = policies[policyName];
    if (!factory) throw new Error(`there is no policy ${policyName}`);
    const { world, ledger, roster } = this;
    const turns = turnsIn(ledger, roster);
    const policy = factory({ random: world.random, now: world.now, turns, ...(asksLoad ? { probe: this.#askLoad } : {}) });
    return { policy, policyName, policyNumber: policyNumberOf(policyName), retries, totalTimeout };
  }

  /** An origin answers in a moment, with how it is doing then; one that doesn't work doesn't. */
  readonly #askLoad: NonNullable<PolicyEnv['probe']> = ({ id }, told) => {
    const server = this.serverOf(id);
    this.world.after(loadProbe, () => told(server.condition === 'up' ? server.load : undefined));
  };

  /** Whatever changes in the roster may make room for those who wait, and readies the policy. */
  #adapt(): void {
    if (!this.#isAlive) return;
    this.room.admit();
    this.rules.policy.prepare?.(this.pool.usable());
  }
}
