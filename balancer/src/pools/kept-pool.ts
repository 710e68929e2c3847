import { Health } from '../brain/health/health.ts';
import { limitDrains } from '../brain/pool/drain-limit.ts';
import { Ledger } from '../brain/pool/ledger.ts';
import { MainRoster } from '../brain/pool/main-roster.ts';
import { Membership, type Source } from '../brain/pool/membership.ts';
import { Pause } from '../brain/pool/pause.ts';
import { Pool } from '../brain/pool/pool.ts';
import type { Standing } from '../brain/pool/standing.ts';
import type { Origin } from '../brain/select/origin.ts';
import type { World } from '../brain/world.ts';
import type { PoolConfig, Settings } from '../config/options.ts';
import { problemsTogether } from '../config/origins.ts';
import { defaultPool } from '../config/pools.ts';
import { policyUnder } from '../config/rules.ts';
import { settingsOf } from '../config/settings.ts';
import { ledgerMemory, waits } from '../threads/memory.ts';

/** What a pool is kept with. */
export interface KeptPoolParts {
  /** Threads that serve clients. */
  readonly threads: number;
  readonly world: World;
  /** Told how an origin of a pool stands, where that is news. */
  readonly changed: (pool: KeptPool, origin: Origin, standing: Standing) => void;
  /** What is wrong with an origin that somebody adds, in a sentence; nothing if it can be used. */
  readonly problemWith: (origin: Origin) => string | undefined;
  /** Told of the origins of which a configuration overrides what was done by hand or by a deploy. */
  readonly overridden: (pool: KeptPool, ids: readonly string[]) => void;
  /** Ends everything that still runs at an origin of the pool of that number. */
  readonly cut: (pool: number, origin: Origin) => void;
}

/** One pool as the main thread keeps it: its own ledger, its list of origins and how they are, and what holds for it. */
export class KeptPool {
  /** Another one for each pool that there ever was, since names come again. */
  readonly number: number;
  readonly name: string;
  /** Where its ledger is, for other threads. */
  readonly memory: SharedArrayBuffer;
  readonly ledger: Ledger;
  readonly roster: MainRoster;
  readonly pool: Pool;
  readonly health: Health;
  /** Who is in it, changed while it runs. */
  readonly membership: Membership;
  readonly pause: Pause;
  readonly #overridden: (ids: readonly string[]) => void;
  #settings: Settings;
  #policyName: string;

  /** Its origins are ready at once, since nothing is known against them. */
  constructor(number: number, { name, settings }: PoolConfig, parts: KeptPoolParts) {
    const { threads, world, changed, cut } = parts;
    this.number = number;
    this.name = name;
    this.#settings = settings;
    this.#policyName = settings.policy;
    this.memory = ledgerMemory(threads);
    this.ledger = new Ledger(this.memory, threads === 1 ? 0 : threads, waits);
    this.roster = new MainRoster(settings.origins, this.ledger, world.now);
    this.pool = new Pool(this.roster, settingsOf.pool(settings), this.ledger, world.now);
    this.health = new Health({ roster: this.roster, settings: () => settingsOf.health(this.#settings), world });
    this.pause = new Pause(this.ledger, world);
    this.membership = new Membership({
      ...{ roster: this.roster, world, drainTimeout: () => this.#settings.drainTimeout },
      problemsIn: (origins) => [
        ...problemsTogether(origins),
        ...origins.map((origin) => parts.problemWith(origin)).filter((problem) => problem !== undefined),
      ],
    });
    this.#overridden = (ids) => parts.overridden(this, ids);
    this.roster.observe({ changed: (origin, standing) => changed(this, origin, standing) });
    limitDrains(
      this.roster,
      () => this.#settings.drainTimeout,
      (origin) => cut(number, origin),
      world.after,
    );
  }

  /** What holds for it. */
  get settings(): Settings {
    return this.#settings;
  }

  /** The policy in use: the configured one, or one that was chosen by hand since. */
  get policyName(): string {
    return this.#policyName;
  }

  /** What people call an origin of it: one of several pools is named with it. */
  calls(id: string): string {
    return this.name === defaultPool ? id : `${id} of ${this.name}`;
  }

  /** Throws what the roster's `checkList` throws where it could not follow those settings. */
  check(next: Settings): void {
    if (isOtherList(next, this.#settings)) this.roster.checkList(next.origins);
  }

  /** Takes other settings; what follows from them for the threads is to be told next, and then `adopt` is to be called. */
  configure(next: Settings): () => void {
    const before = this.#settings;
    this.#policyName = policyUnder(next, before, this.#policyName);
    this.#settings = next;
    return () => {
      this.pool.configure(settingsOf.pool(next));
      if (isOtherList(next, before)) this.#adopt(next.origins);
      this.health.refresh();
    };
  }

  /** Chooses another policy by hand. */
  choosePolicy(name: string): void {
    this.#policyName = name;
  }

  /** Where the origin of that id comes from. */
  sourceOf(id: string): Source {
    return this.membership.sourceOf(id);
  }

  /** Lets all of its origins go, once what runs at them has ended; then calls back. */
  dissolve(gone: () => void): void {
    const look = () => {
      if ([...this.roster.leaving].length > 0) return;
      this.health.stop();
      gone();
    };
    this.roster.observe({ gone: look });
    this.pause.end();
    this.membership.dissolve();
    look();
  }

  #adopt(origins: readonly Origin[]): void {
    const ids = this.membership.adopt(origins);
    if (ids.length > 0) this.#overridden(ids);
  }
}

function isOtherList({ origins: next }: Settings, { origins: before }: Settings): boolean {
  return JSON.stringify(next) !== JSON.stringify(before);
}
