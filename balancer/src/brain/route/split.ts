import { hash } from '../select/hash.ts';
import { rendezvousScore } from '../select/rendezvous-score.ts';
import type { PoolShare } from './route.ts';

/** Not the one that policies hash with: who is in which pool must say nothing about which origin he has there. */
const seed = 0x5b117;

/**
 * Which of several pools gets a request, each in proportion to its share; who has a share of 0 gets none. With a key, the same key always
 * goes to the same pool, in every thread, process and machine, and when shares change it moves only if it must: to a pool whose share
 * grew, or from one whose share shrank.
 */
export class Split {
  readonly #shares: readonly PoolShare[];
  readonly #hashes: readonly number[];
  readonly #last: PoolShare;
  readonly #total: number;

  /** Throws where no pool has a share above 0. */
  constructor(shares: readonly PoolShare[]) {
    this.#shares = shares.filter(({ share }) => share > 0);
    const last = this.#shares.at(-1);
    if (!last) throw new Error('a split needs a pool with a share above 0');
    this.#last = last;
    this.#hashes = this.#shares.map(({ pool }) => hash(pool, seed));
    this.#total = this.#shares.reduce((sum, { share }) => sum + share, 0);
  }

  /** The pool of a key. */
  byKey(key: string): PoolShare {
    const keyHash = hash(key, seed);
    let found = this.#last;
    let best = 0;
    for (const [place, each] of this.#shares.entries()) {
      const score = rendezvousScore(keyHash, this.#hashes[place] ?? 0, each.share, best);
      if (score <= best) continue;
      found = each;
      best = score;
    }
    return found;
  }

  /** The pool of a request without a key, where `at` in [0, 1) decides. */
  byChance(at: number): PoolShare {
    let left = at * this.#total;
    for (const each of this.#shares) {
      left -= each.share;
      if (left < 0) return each;
    }
    return this.#last;
  }
}
