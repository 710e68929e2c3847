/** Every state, in the order in which an origin may come to them. */
export const states = ['starting', 'ready', 'down', 'ejected', 'draining', 'drained'] as const;

/**
 * How an origin stands: `ready` takes requests; `starting` waits for its first good probe; `down` failed its probes or
 * refused connections; `ejected` answered badly and is left out for a while; `draining` takes nothing new and finishes what
 * runs; `drained` has finished.
 */
export type State = (typeof states)[number];

/** A state with its reason in words. */
export interface Standing {
  readonly state: State;
  readonly reason: string;
  /** When the state began, in ms on the pool's clock. */
  readonly since: number;
}

/** A standing in one line, as of now: `down 12 s: 3 of 3 probes failed, ECONNREFUSED`. */
export function inWords({ state, reason, since }: Standing, now: number): string {
  return `${state} ${duration(now - since)}: ${reason}`;
}

/** A duration in ms as a person would say it: `40 ms`, `1.5 s`, `12 s`, `5 min`, `3 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
