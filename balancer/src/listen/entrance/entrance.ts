import type { Arrival } from './arrival.ts';

/**
 * What is done with each connection that is accepted at a port before HTTP begins there, such as a TLS handshake. Ends
 * with one of `speak…`, or with the connection's end. Where it rejects, the connection is ended.
 */
export type Entrance = (arrival: Arrival) => Promise<void>;

/** One of several things that are done one after the other. Says whether the connection goes on to the next. */
export type Step = (arrival: Arrival) => Promise<boolean>;

/** An entrance of these steps; behind the last one, HTTP begins by `speak`. */
export function entranceOf(steps: readonly Step[], speak: (arrival: Arrival) => Promise<void> | void): Entrance {
  return async (arrival) => {
    for (const step of steps) if (!(await step(arrival))) return;
    if (!arrival.isGone) await speak(arrival);
  };
}
