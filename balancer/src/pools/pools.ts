import type { Config, PoolConfig } from '../config/options.ts';
import { poolsOf } from '../config/pools.ts';
import { KeptPool, type KeptPoolParts } from './kept-pool.ts';

/** All pools, as the main thread keeps them. */
export class Pools {
  readonly #parts: KeptPoolParts;
  #all: readonly KeptPool[];
  /** Those that are no more, while something still runs at their origins. */
  readonly #leaving = new Set<KeptPool>();
  #made = 0;
  #knows = false;
  readonly #observers: (() => void)[] = [];

  constructor(config: Config, parts: KeptPoolParts) {
    this.#parts = parts;
    this.#all = poolsOf(config).map((pool) => this.#make(pool));
  }

  /** In the file's order. */
  get all(): readonly KeptPool[] {
    return this.#all;
  }

  /** Those that are no more as well, while something still runs at their origins. */
  get everyOne(): readonly KeptPool[] {
    return [...this.#all, ...this.#leaving];
  }

  /** The pool of that name; nothing where there is none. */
  named(name: string): KeptPool | undefined {
    return this.#all.find((pool) => pool.name === name);
  }

  /** The pool of that number, which may be no more; nothing where it has gone. */
  numbered(number: number): KeptPool | undefined {
    return this.everyOne.find((pool) => pool.number === number);
  }

  /** Whether every origin that there was at the start has been probed once: a pool that comes later takes nothing from that. */
  get knows(): boolean {
    this.#knows ||= this.#all.every(({ health }) => health.knows);
    return this.#knows;
  }

  /** Has somebody told of every change of how origins stand, of who they are, and of which pools there are. */
  observe(changed: () => void): void {
    this.#observers.push(changed);
  }

  /** Finds out how all origins are, again and again. */
  start(): void {
    for (const { health } of this.#all) health.start();
  }

  /** Ends that. */
  stop(): void {
    for (const { health } of this.everyOne) health.stop();
  }

  /** Throws where another configuration can't be followed: that is to be known before any of it is. */
  check(next: Config): void {
    for (const { name, settings } of poolsOf(next)) this.named(name)?.check(settings);
  }

  /** Follows another configuration. `served` is called in the middle of it, when it is known which pools there are and how they choose. */
  follow(next: Config, served: () => void): void {
    const adopting: (() => void)[] = [];
    const before = this.#all;
    this.#all = poolsOf(next).map((config) => {
      const known = before.find(({ name }) => name === config.name);
      const pool = known ?? this.#make(config);
      adopting.push(known ? known.configure(config.settings) : () => pool.health.start());
      return pool;
    });
    served();
    for (const adopt of adopting) adopt();
    for (const pool of before) if (!this.#all.includes(pool)) this.#dissolve(pool);
    this.#tell();
  }

  #make(config: PoolConfig): KeptPool {
    this.#made += 1;
    const pool = new KeptPool(this.#made, config, this.#parts);
    pool.roster.observe({ changed: () => this.#tell(), replaced: () => this.#tell() });
    return pool;
  }

  #tell(): void {
    for (const tell of this.#observers) tell();
  }

  #dissolve(pool: KeptPool): void {
    this.#leaving.add(pool);
    pool.dissolve(() => this.#leaving.delete(pool));
  }
}
