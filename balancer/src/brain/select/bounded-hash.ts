import type { Candidate } from './candidate.ts';
import { firstOf } from './first.ts';
import { inHex } from './hash.ts';
import type { Facts, PolicyFactory } from './policy.ts';
import { Preference } from './preference.ts';

/** How far above its share of the requests in flight an origin may be: the factor c. */
const slack = 1.25;

/** The key's favourite and the origin that was picked, with what they had in flight and what they may have. */
interface Bounds extends Facts {
  readonly favourite: string;
  readonly favouriteInFlight: number;
  readonly favouriteBound: number;
  readonly picked: string;
  readonly pickedInFlight: number;
  readonly pickedBound: number;
  readonly keyHash: number;
}

/**
 * Picks the first candidate in the key's order of preference (see rendezvous-hash) that with one more request has at most
 * 1.25 times its share, by weight, of all requests in flight. A key stays with its origin while that has room.
 *
 * For caches where some keys are much busier than others, or some origins slower. Not where a key must never move.
 * Source: Mirrokni, Thorup and Zadimoghaddam, Consistent hashing with bounded loads, 2018; c = 1.25 as in HAProxy's
 * examples and Vimeo's first use of it.
 */
export const boundedHash: PolicyFactory = () => {
  const preference = new Preference();

  return {
    select(candidates, { key }) {
      const keyHash = preference.beginPick(key);
      const boundOf = boundsOver(candidates);
      let favourite = firstOf(candidates);
      let candidate = favourite;
      let highest = 0;
      let best = 0;
      let place = 0;
      for (const other of candidates) {
        const score = preference.score(keyHash, other, place, best);
        place += 1;
        if (score > highest) {
          favourite = other;
          highest = score;
        }
        if (score > best && other.inFlight + 1 <= boundOf(other)) {
          candidate = other;
          best = score;
        }
      }
      const facts: Bounds = {
        favourite: favourite.origin.id,
        favouriteInFlight: favourite.inFlight,
        favouriteBound: boundOf(favourite),
        picked: candidate.origin.id,
        pickedInFlight: candidate.inFlight,
        pickedBound: boundOf(candidate),
        keyHash,
        explain,
      };
      return { candidate, facts };
    },
  };
};

/** The most that each candidate may have in flight with one more: ⌈c · (all in flight + 1) · its share⌉. Somebody always has room. */
function boundsOver(candidates: readonly Candidate[]): (candidate: Candidate) => number {
  let inFlight = 0;
  let weights = 0;
  for (const candidate of candidates) {
    inFlight += candidate.inFlight;
    weights += candidate.weight;
  }
  const all = slack * (inFlight + 1);
  return ({ weight }) => Math.ceil(weights > 0 ? (all * weight) / weights : all / candidates.length);
}

function explain(this: Bounds): string {
  const key = `the key hashes to ${inHex(this.keyHash)}`;
  const favourite = `its favourite is ${this.favourite}, which has ${this.favouriteInFlight} in flight and may have ${this.favouriteBound}`;
  if (this.picked === this.favourite) return `${key}; ${favourite}`;
  return `${key}; ${favourite}; the next with room is ${this.picked}, which has ${this.pickedInFlight} and may have ${this.pickedBound}`;
}
