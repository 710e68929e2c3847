import { networkOf } from '../brain/network.ts';

/** An address that has not tried for so long starts anew, in ms. */
const memory = 60_000;

/** So many addresses are remembered; of more, those whose latest try is longest ago are forgotten. */
const mostAddresses = 1000;

interface Tries {
  count: number;
  latest: number;
}

/**
 * Counts who tries in vain to get in, by address, and notes it. The first try is noted, then the 2nd, 4th, 8th …, so that the log can't
 * be filled; and what is remembered is bounded, since addresses are an attacker's to choose.
 */
export class VainTries {
  readonly #tries = new Map<string, Tries>();
  readonly #now: () => number;
  readonly #note: (message: string) => void;

  /** `now` is in ms, from any beginning. */
  constructor(now: () => number, note: (message: string) => void) {
    this.#now = now;
    this.#note = note;
  }

  /** Counts a try, which `what` tells of, such as `gave a wrong token`; says the how manieth in a row it is, from 1. */
  count(address: string, what: string): number {
    const key = networkOf(address);
    const now = this.#now();
    const before = this.#tries.get(key);
    const count = before && now - before.latest < memory ? before.count + 1 : 1;
    // The Map's order is that of the latest tries.
    this.#tries.delete(key);
    this.#tries.set(key, { count, latest: now });
    if (this.#tries.size > mostAddresses) this.#tries.delete(this.#tries.keys().next().value ?? '');
    if (isPowerOfTwo(count)) this.#note(`admin: ${address} ${what}${count === 1 ? '' : `; that makes ${count} vain tries in a row`}`);
    return count;
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
