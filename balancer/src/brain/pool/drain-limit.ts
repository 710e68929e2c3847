import type { Origin } from '../select/origin.ts';
import type { World } from '../world.ts';
import type { Roster } from './roster.ts';

/** Calls `cut` for an origin that still drains after the given time, in ms; `limit` is asked when the drain begins. */
export function limitDrains(roster: Roster, limit: () => number, cut: (origin: Origin) => void, after: World['after']): void {
  const clocks = new Map<string, () => void>();
  roster.observe({
    changed: (origin, { state }) => {
      const key = origin.url.href;
      clocks.get(key)?.();
      clocks.delete(key);
      if (state === 'draining')
        clocks.set(
          key,
          after(limit(), () => cut(origin)),
        );
    },
  });
}
