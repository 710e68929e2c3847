import { type Flow, type FullAt, waitFor, withoutToken } from '../../brain/route/token-bucket.ts';

/**
 * How much of what costs us more than its sender a connection may send. A page that is left cancels all that it had asked for at once; who
 * asks for 100 requests and cancels them, over and over, keeps origins busy for nobody (CVE-2023-44487). nghttp2 and Node bound the rest
 * by themselves: see settings.ts.
 */
const bounds = {
  /** Streams that end before they are answered, be it that the client provokes our own reset; and those that can't be read. */
  cancelled: { rate: 20, burst: 200 },
  /** PING, each of which is answered. */
  ping: { rate: 10, burst: 100 },
  /** SETTINGS, as well. */
  settings: { rate: 1, burst: 50 },
} as const satisfies Record<string, Flow>;

/** What is counted. */
export type Nuisance = keyof typeof bounds;

/** Counts what one connection sends that may be a flood. */
export class Floods {
  readonly #fullAt: Record<Nuisance, FullAt> = { cancelled: 0, ping: 0, settings: 0 };
  readonly #begin = performance.now();

  /** Counts one, or several; says whether that is still no flood. */
  count(nuisance: Nuisance, times = 1): boolean {
    const time = performance.now() - this.#begin;
    for (let i = 0; i < times; i += 1) {
      if (waitFor(this.#fullAt[nuisance], time, bounds[nuisance]) > 0) return false;
      this.#fullAt[nuisance] = withoutToken(this.#fullAt[nuisance], time, bounds[nuisance]);
    }
    return true;
  }
}
