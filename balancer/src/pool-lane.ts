import { isDeepStrictEqual } from 'node:util';
import type { Deadlines } from './brain/deadlines.ts';
import { Dispatch } from './brain/dispatch/journey.ts';
import type { Exchange } from './brain/exchange/exchange.ts';
import type { Evidence } from './brain/health/evidence.ts';
import { witness } from './brain/health/witness.ts';
import type { Ledger } from './brain/pool/ledger.ts';
import type { Pool } from './brain/pool/pool.ts';
import { WaitingRoom } from './brain/queue/waiting-room.ts';
import { policyNumberOf } from './brain/select/policies.ts';
import { soonOnce } from './brain/soon-once.ts';
import type { Settings } from './config/options.ts';
import { createPolicy, isSameProbe, rulesOf } from './config/rules.ts';
import { settingsOf } from './config/settings.ts';
import type { Transport } from './forward/transport.ts';
import { WireTransport } from './forward/wire-transport.ts';
import { world } from './process/world.ts';
import type { Lane, LaneRules } from './route/lane.ts';

/** A pool, as a thread is told of it. */
export interface ServedPool {
  /** Another one for each pool that there ever was, since names come again. */
  readonly number: number;
  readonly name: string;
  /** What holds for it. */
  readonly settings: Settings;
  /** The policy in use: the configured one, or one that was chosen by hand since. */
  readonly policyName: string;
  readonly pool: Pool;
  readonly ledger: Ledger;
}

/** What a lane tells, and what it shares with the others of its thread. */
export interface LaneParts {
  /** What sticky cookies are encrypted with where the settings name no secret. */
  readonly secret: string;
  readonly deadlines: Deadlines;
  /** Told what requests have shown of an origin's health. */
  readonly tell: (id: string, evidence: Evidence) => void;
  /** Told of every exchange that goes to an origin, or on to another. */
  readonly changed: (exchange: Exchange) => void;
}

/** One pool's part of the road, and what can be done to it while requests walk on it. Requests that run go on as they began. */
export class PoolLane implements Lane {
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly dispatch: Dispatch;
  readonly transport: Transport;
  rules: LaneRules;
  #settings: Settings;
  readonly #served: ServedPool;
  readonly #secret: string;
  isClosed = false;
  /** Readies the policy, once for all that changes together. */
  readonly #prepareSoon = soonOnce(world.soon, () => this.#prepare());

  constructor(served: ServedPool, { secret, deadlines, tell, changed }: LaneParts) {
    const { pool, ledger, settings, policyName } = served;
    const { now } = world;
    this.pool = pool;
    this.#served = served;
    this.#settings = settings;
    this.#secret = secret;
    this.rules = rulesOf(settings, createPolicy(policyName, settings, { ...served, now }), policyName, secret);
    this.transport = new WireTransport(settingsOf.transport(settings), now, deadlines);
    this.room = new WaitingRoom(() => pool.places(), ledger, settingsOf.room(settings), world);
    this.dispatch = new Dispatch({
      ...{ pool, changed, rules: () => this.rules },
      observe: witness({ roster: pool.roster, now, all: ledger.exchanges() }, tell),
    });
    pool.roster.observe({ changed: () => this.#adapt(), replaced: () => this.#adapt(), gone: (origin) => this.transport.cut(origin) });
    this.#prepare();
  }

  /** Follows other settings and the policy of that name; but not the origins, which the roster follows. */
  reconfigure(next: Settings, policyName: string): void {
    const before = this.#settings;
    const isSamePolicy = policyName === this.rules.policyName && isSameProbe(next, before);
    const policy = isSamePolicy ? this.rules.policy : createPolicy(policyName, next, { ...this.#served, now: world.now });
    this.#settings = next;
    this.rules = rulesOf(next, policy, policyName, this.#secret);
    if (!isDeepStrictEqual(settingsOf.transport(before), settingsOf.transport(next))) this.transport.configure(settingsOf.transport(next));
    this.pool.configure(settingsOf.pool(next));
    this.room.configure(settingsOf.room(next));
  }

  /** Chooses by another policy, whose name must be a known one. The origins' figures stay. */
  switchPolicy(policyName: string): void {
    const policy = createPolicy(policyName, this.#settings, { ...this.#served, now: world.now });
    policy.prepare?.(this.pool.usable());
    this.rules = { ...this.rules, policy, policyName, policyNumber: policyNumberOf(policyName) };
  }

  /** The pool is no more: ends its connections, and calls back, once its last origin has gone. */
  endWhenEmpty(ended: () => void): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const look = () => {
      const { members, leaving } = this.pool.roster;
      if (members.length > 0 || [...leaving].length > 0) return;
      void this.transport.close();
      ended();
    };
    this.pool.roster.observe({ gone: look });
    look();
  }

  /** Whatever changes in the roster may make room for those who wait, and readies the policy. */
  #adapt(): void {
    this.room.admit();
    this.#prepareSoon();
  }

  #prepare(): void {
    this.rules.policy.prepare?.(this.pool.usable());
  }
}
