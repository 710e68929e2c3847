import { layOutRateTable, RateTable, rateTableBytes } from '../brain/route/rate-table.ts';
import type { Route } from '../brain/route/route.ts';
import { waits } from './memory.ts';

/** Where the buckets of rate limits are, by the numbers of their routes. */
export type RateMemories = ReadonlyMap<number, SharedArrayBuffer>;

/** What is the same as long as a limit is: a route may get another number, since others come before it. */
function identityOf({ match, rateLimit }: Route): string {
  return JSON.stringify([match, rateLimit]);
}

/** The rate limits of all routes, in memory that all threads share. Who follows other routes keeps the buckets of limits that stay. */
export class SharedRates {
  readonly #now: () => number;
  /** By what they limit. */
  #kept: ReadonlyMap<string, SharedArrayBuffer> = new Map();
  /** Those of the routes before, which a thread may still use that has not heard of the change. */
  #before: ReadonlyMap<string, SharedArrayBuffer> = new Map();
  #memories: RateMemories = new Map();

  /** `now` is the time in ms, on the clock that all threads share. */
  constructor(routes: readonly Route[], now: () => number) {
    this.#now = now;
    this.follow(routes);
  }

  /** Where the buckets are now. */
  get memories(): RateMemories {
    return this.#memories;
  }

  /** Takes other routes; whoever serves is to be told after that. */
  follow(routes: readonly Route[]): void {
    const kept = new Map<string, SharedArrayBuffer>();
    const memories = new Map<number, SharedArrayBuffer>();
    for (const route of routes) {
      const { number, rateLimit: limit } = route;
      if (!limit) continue;
      const identity = identityOf(route);
      const room = () => layOutRateTable(new SharedArrayBuffer(rateTableBytes(limit)), limit, Math.random, this.#now());
      const memory = kept.get(identity) ?? this.#kept.get(identity) ?? room();
      kept.set(identity, memory);
      memories.set(number, memory);
    }
    this.#before = this.#kept;
    this.#kept = kept;
    this.#memories = memories;
  }

  /** Frees what a dead thread had locked. `own` is the number of the thread that does so. */
  reclaim(thread: number, own: number): void {
    for (const memory of [...this.#kept.values(), ...this.#before.values()]) new RateTable(memory, own, waits.pause).reclaim(thread);
  }
}
