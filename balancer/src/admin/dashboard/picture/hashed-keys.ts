import type { DecisionReport } from '../../api.ts';

/** Keys that are remembered. */
const most = 60;

/** A key by its hash, and the origin that it led to. */
export interface HashedKey {
  /** From 0 to 1, where 1 stands for all hashes there are. */
  readonly at: number;
  readonly origin: string;
  /** The key, where it is no secret, and what the policy looked up with it. */
  readonly inWords: string;
}

/** The keys with the one of another decision, which is the latest; the same where that hashed none. */
export function withKey(keys: readonly HashedKey[], decision: DecisionReport | undefined): readonly HashedKey[] {
  const attempt = decision?.attempts[0];
  const hash = attempt?.facts['keyHash'];
  if (!decision || !attempt || typeof hash !== 'number') return keys;
  const slot = attempt.facts['slot'];
  const found = typeof slot === 'number' ? `slot ${slot}` : `${hash.toString(16).padStart(8, '0')}`;
  const key = { at: hash / 2 ** 32, origin: attempt.origin, inWords: `key ${decision.key} → ${found} → ${attempt.origin}` };
  return [...keys.filter(({ at }) => at !== key.at), key].slice(-most);
}
