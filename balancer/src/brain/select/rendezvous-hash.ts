import { firstOf } from './first.ts';
import { inHex } from './hash.ts';
import type { Facts, PolicyFactory } from './policy.ts';
import { Preference } from './preference.ts';

/** What the key hashed to, and how much it preferred the origin. */
interface Preferred extends Facts {
  readonly id: string;
  readonly keyHash: number;
  readonly score: number;
  readonly candidates: number;
}

/**
 * Hashes the key with each candidate's name and picks the highest score, −weight / ln(hash as a number from 0 to 1). A key
 * stays with its origin; an origin that leaves moves its own keys only, and one that comes takes its share from everyone.
 *
 * For caches and sessions: what a client needs is where it was last time. Not for sharing load evenly, since a busy key stays
 * where it is; nor for thousands of origins, since each is looked at.
 * Source: Thaler and Ravishankar, Using name-based mappings to increase hit rates, 1998.
 */
export const rendezvousHash: PolicyFactory = () => {
  const preference = new Preference();

  return {
    select(candidates, { key }) {
      const keyHash = preference.beginPick(key);
      let candidate = firstOf(candidates);
      let best = 0;
      let place = 0;
      for (const other of candidates) {
        const score = preference.score(keyHash, other, place, best);
        place += 1;
        if (score > best) {
          candidate = other;
          best = score;
        }
      }
      const facts: Preferred = { id: candidate.origin.id, keyHash, score: best, candidates: candidates.length, explain };
      return { candidate, facts };
    },
  };
};

function explain(this: Preferred): string {
  return `the key hashes to ${inHex(this.keyHash)}; ${this.id} has the highest score with it, ${this.score.toFixed(3)}, of ${this.candidates}`;
}
