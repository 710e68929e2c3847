import { layOutRateTable, RateTable, rateTableBytes } from '../brain/route/rate-table.ts';
import type { RateLimit, Route } from '../brain/route/route.ts';
import { Routes } from '../brain/route/routes.ts';
import type { World } from '../brain/world.ts';
import { isIn, keyOf } from './asked.ts';

/** Routes with the buckets of their limits, which all threads that follow them share. */
export class SharedRoutes {
  readonly all: readonly Route[];
  /** The memory of the buckets, by the routes as they are written. */
  readonly #tables = new Map<string, ArrayBuffer>();
  readonly #world: World;

  /** A limit whose route is as it was goes on with the buckets of before. */
  constructor(all: readonly Route[], world: World, before?: SharedRoutes) {
    this.all = all;
    this.#world = world;
    for (const route of all) {
      const { rateLimit } = route;
      if (rateLimit) this.#tables.set(written(route), before?.bucketsOf(route) ?? this.#tableFor(rateLimit));
    }
  }

  /** The memory of a route's buckets; nothing where it has no limit. */
  bucketsOf(route: Route): ArrayBuffer | undefined {
    return this.#tables.get(written(route));
  }

  /** The routes as a thread goes by them. */
  in(thread: number): Routes {
    const { now, random } = this.#world;
    const bucketsOf = (route: Route) => new RateTable(this.bucketsOf(route) as ArrayBuffer, thread);
    return new Routes(this.all, { keyOf, now, random, isIn, bucketsOf });
  }

  #tableFor(limit: RateLimit): ArrayBuffer {
    const { random, now } = this.#world;
    return layOutRateTable(new ArrayBuffer(rateTableBytes(limit)), limit, random, now());
  }
}

/** A route without its number, which is another when others come and go. */
function written({ number: _, ...route }: Route): string {
  return JSON.stringify(route);
}
