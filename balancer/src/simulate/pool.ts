import { Health } from '../brain/health/health.ts';
import type { HealthSettings } from '../brain/health/watch.ts';
import { limitDrains } from '../brain/pool/drain-limit.ts';
import { Ledger, layOut, ledgerBytes, type Waits } from '../brain/pool/ledger.ts';
import { MainRoster } from '../brain/pool/main-roster.ts';
import { Membership } from '../brain/pool/membership.ts';
import { Pause } from '../brain/pool/pause.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { LaneSettings, Surroundings } from './lane.ts';

/** What may change in a pool of a simulated balancer. */
export interface BalancerSettings extends LaneSettings {
  readonly health: Omit<HealthSettings, 'check'>;
  /** How long an origin that drains may finish what runs there, in ms; for ever where it is missing. */
  readonly drainTimeout?: number;
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
  /** Ends everything that still runs at an origin, in every thread. */
  readonly cut: (origin: Origin) => void;
}

/** One pool as the main thread of a simulated balancer keeps it: its own ledger, its list of origins and how they are. */
export class SimulatedPool {
  readonly name: string;
  readonly ledger: Ledger;
  readonly roster: MainRoster;
  readonly health: Health;
  /** Who is in it, changed while it runs. */
  readonly membership: Membership;
  readonly pause: Pause;
  settings: BalancerSettings;
  readonly #memory: ArrayBuffer;
  readonly #waits: Waits;

  constructor({ name, origins, settings }: PoolBegin, { world, threads, mostOrigins, waits, serverOf, cut }: PoolParts) {
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
    const drainTimeout = () => this.settings.drainTimeout ?? Number.POSITIVE_INFINITY;
    this.membership = new Membership({ roster: this.roster, world, problemsIn, drainTimeout });
    this.pause = new Pause(this.ledger, world);
    if (settings.drainTimeout !== undefined) limitDrains(this.roster, drainTimeout, cut, world.after);
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

/** What is wrong with a list of origins: as in the balancer, some must be there, each once, and be given something. */
function problemsIn(origins: readonly Origin[]): readonly string[] {
  const twice = origins.filter(({ id }, place) => origins.findIndex((other) => other.id === id) < place);
  const problems = twice.map(({ id }) => `${id} is listed twice`);
  return origins.some(({ weight }) => weight > 0) ? problems : [...problems, 'nobody would take requests'];
}
