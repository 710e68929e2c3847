import { Health } from '../brain/health/health.ts';
import type { HealthSettings } from '../brain/health/watch.ts';
import { Ledger, layOut, ledgerBytes, type Waits } from '../brain/pool/ledger.ts';
import { MainRoster } from '../brain/pool/main-roster.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { LaneSettings, Surroundings } from './lane.ts';

/** What may change in a pool of a simulated balancer. */
export interface BalancerSettings extends LaneSettings {
  readonly health: Omit<HealthSettings, 'check'>;
}

/** A pool as it begins. */
export interface PoolBegin {
  readonly name: string;
  readonly origins: readonly Origin[];
  readonly settings: BalancerSettings;
}

/** What a simulated pool works with. */
export interface PoolParts extends Pick<Surroundings, 'world' | 'serverOf'> {
  /** Threads that serve. */
  readonly threads: number;
  /** The most origins at a time, those that finish what runs included. */
  readonly mostOrigins: number;
  readonly waits: Waits;
}

/** One pool as the main thread of a simulated balancer keeps it: its own ledger, its list of origins and how they are. */
export class SimulatedPool {
  readonly name: string;
  readonly ledger: Ledger;
  readonly roster: MainRoster;
  readonly health: Health;
  settings: BalancerSettings;
  readonly #memory: ArrayBuffer;
  readonly #waits: Waits;

  constructor({ name, origins, settings }: PoolBegin, { world, threads, mostOrigins, waits, serverOf }: PoolParts) {
    this.name = name;
    this.settings = settings;
    this.#waits = waits;
    const size = { threads, origins: mostOrigins };
    this.#memory = layOut(new ArrayBuffer(ledgerBytes(size)), size, world.random);
    this.ledger = this.ledgerOf(threads === 1 ? 0 : threads);
    this.roster = new MainRoster(origins, this.ledger, world.now);
    this.health = new Health({
      roster: this.roster,
      settings: () => ({ ...this.settings.health, check: ({ id }, told) => serverOf(id).probe(told) }),
      world,
    });
  }

  /** A thread's view of the ledger. */
  ledgerOf(thread: number): Ledger {
    return new Ledger(this.#memory, thread, this.#waits);
  }

  /** Takes back all that a dead thread held. */
  reclaim(thread: number): void {
    this.ledger.reclaim(thread);
    for (const member of [...this.roster.members, ...this.roster.leaving]) {
      member.figures.reclaim(thread);
      this.roster.finished(member.origin);
    }
  }
}
