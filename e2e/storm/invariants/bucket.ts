import type { RateLimit } from '../../../balancer/src/brain/route/route.ts';

/** What rounding may take of a token, or of a second. */
export const rounding = 1e-6;

/** A token bucket as textbooks have it: so many tokens, and more as time goes on. */
export class Bucket {
  readonly #limit: RateLimit;
  #tokens: number;
  #at: number;

  constructor(limit: RateLimit, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** Takes a token at a time in ms; says whether there was one. */
  take(now: number): boolean {
    const { rate, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * rate) / 1000) - 1;
    this.#at = now;
    return this.#tokens >= -rounding;
  }

  /** In how many seconds there is a token; 0 where there is one. */
  waitAt(now: number): number {
    const { rate } = this.#limit;
    const missing = 1 - this.#tokens - ((now - this.#at) * rate) / 1000;
    return missing > -rounding ? Math.max(missing, Number.MIN_VALUE) / rate : 0;
  }
}
