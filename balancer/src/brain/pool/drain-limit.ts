import type { Origin } from '../select/origin.ts';
import type { Roster } from './roster.ts';

/** Calls `cut` for an origin that still drains after the given time, in ms; `after` is asked when the drain begins. */
export function limitDrains(roster: Roster, after: () => number, cut: (origin: Origin) => void): void {
  const timers = new Map<string, NodeJS.Timeout>();
  roster.observe({
    changed: (origin, { state }) => {
      const key = origin.url.href;
      clearTimeout(timers.get(key));
      timers.delete(key);
      if (state === 'draining') timers.set(key, setTimeout(cut, after(), origin).unref());
    },
  });
}
