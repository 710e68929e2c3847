import { locationOf, type Origin } from '../brain/select/origin.ts';
import type { Tunnel, TunnelLimits } from './tunnel.ts';

/** The longest time between two looks at all WebSockets, in ms. */
const rarest = 5000;

/** The shortest. */
const oftenest = 10;

/** How many looks there are in the shorter of the limits. */
const looks = 8;

/** All WebSockets that are open in a thread; one timer for all of them keeps each within its limits. */
export class Tunnels {
  readonly #origins = new Map<Tunnel, Origin>();
  readonly #limits: () => TunnelLimits;
  readonly #now: () => number;
  #next: NodeJS.Timeout | undefined;

  /** `limits` are those as of now; `now` tells the time in ms on a monotonic clock. */
  constructor(limits: () => TunnelLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Keeps one until it is closed. */
  keep(tunnel: Tunnel, origin: Origin): void {
    this.#origins.set(tunnel, origin);
    tunnel.closed.then(() => this.#origins.delete(tunnel));
    this.look();
  }

  /** Closes those to an origin, or all, with status 1001 (going away). */
  goAway(origin?: Origin): void {
    for (const [tunnel, other] of this.#origins) {
      if (!origin || locationOf(origin) === locationOf(other)) tunnel.goAway();
    }
  }

  /** Ends those whose limits are over, and will look again as long as there are any. One look begins only when it is due. */
  look(): void {
    if (this.#next !== undefined) return;
    const limits = this.#limits();
    const now = this.#now();
    for (const tunnel of this.#origins.keys()) tunnel.keepWithin(limits, now);
    if (this.#origins.size === 0) return;
    const wait = Math.max(oftenest, Math.min(rarest, limits.silence / looks, limits.deafness / looks));
    this.#next = setTimeout(() => {
      this.#next = undefined;
      this.look();
    }, wait).unref();
  }
}
