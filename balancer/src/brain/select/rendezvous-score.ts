import { mixed } from './hash.ts';

/**
 * How much a key prefers a name that has a weight above 0: weighted rendezvous hashing, −weight / ln(hash as a number from 0 to 1). 0 where
 * that is no more than `best`, which most are. Whoever has the highest score with a key gets it: each name its share of the keys in
 * proportion to its weight. Source: Thaler and Ravishankar, 1998; for the weights, Schindelhauer and Schomaker, 2005.
 */
export function rendezvousScore(keyHash: number, nameHash: number, weight: number, best: number): number {
  const chance = (mixed(keyHash ^ nameHash) + 0.5) / 2 ** 32;
  // −ln x is at least 1 − x, so that most need no logarithm.
  return weight > best * (1 - chance) ? weight / -Math.log(chance) : 0;
}
