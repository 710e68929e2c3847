import type { Candidate } from './candidate.ts';
import { hash, mixed } from './hash.ts';
import { Memory } from './memory.ts';

const seed = 0x5eed;

/** Stands in for a weight of 0, so that origins who all have it are still told apart. */
const least = 1e-9;

/**
 * How much a key prefers each candidate: weighted rendezvous hashing. Every key has its own order of preference, in which an
 * origin comes first for a share of the keys in proportion to its weight; without an origin, or with another, the order of
 * the rest stays. Source: Thaler and Ravishankar, 1998; for the weights, Schindelhauer and Schomaker, 2005.
 */
export class Preference {
  readonly #hashes = new Memory<number>(({ id }) => hash(id, seed) | 0);

  /** Begins a pick; returns the key as `score` wants it. */
  beginPick(key: string): number {
    this.#hashes.beginPick();
    return hash(key, seed);
  }

  /** How much the key prefers the candidate at `place` of the list; 0 where that is no more than `best`, which most are. */
  score(keyHash: number, candidate: Candidate, place: number, best: number): number {
    const weight = candidate.weight || least;
    const chance = (mixed(keyHash ^ this.#hashes.of(candidate.origin, place)) + 0.5) / 2 ** 32;
    // −ln x is at least 1 − x, so that most need no logarithm.
    return weight > best * (1 - chance) ? weight / -Math.log(chance) : 0;
  }
}
