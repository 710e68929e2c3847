import { keyOf } from './admit/key.ts';
import { trustIn } from './admit/trust.ts';
import { RateTable } from './brain/route/rate-table.ts';
import type { Route } from './brain/route/route.ts';
import { Routes } from './brain/route/routes.ts';
import { world } from './process/world.ts';
import { waits } from './threads/memory.ts';
import type { RateMemories } from './threads/shared-rates.ts';

/** Routes as a thread decides by them. `memories` is where the buckets of their rate limits are. */
export function servedRoutes(routes: readonly Route[], memories: RateMemories, thread: number): Routes {
  return new Routes(routes, {
    ...{ keyOf, random: world.random, now: world.now, isIn: trustIn },
    bucketsOf: ({ number }) => {
      const memory = memories.get(number);
      if (!memory) throw new Error(`nobody made room for the rate limit of route ${number}`);
      return new RateTable(memory, thread, waits.pause);
    },
  });
}
