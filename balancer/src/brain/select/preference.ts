import type { Candidate } from './candidate.ts';
import { hash } from './hash.ts';
import { Memory } from './memory.ts';
import { rendezvousScore } from './rendezvous-score.ts';

const seed = 0x5eed;

/** Stands in for a weight of 0, so that origins who all have it are still told apart. */
const least = 1e-9;

/**
 * How much a key prefers each candidate: weighted rendezvous hashing. Every key has its own order of preference, in which an
 * origin comes first for a share of the keys in proportion to its weight; without an origin, or with another, the order of
 * the rest stays.
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
    return rendezvousScore(keyHash, this.#hashes.of(candidate.origin, place), candidate.weight || least, best);
  }
}
