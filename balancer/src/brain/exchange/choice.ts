import type { PoolView } from '../pool/view.ts';
import type { Facts } from '../select/policy.ts';

/** Why an attempt goes where it goes, as it was known when that was decided. */
export interface Choice {
  /** The name of the policy in use. */
  readonly policy: string;
  /** What a hash policy hashes. */
  readonly key: string;
  /** The facts behind the policy's pick; nothing where the client's cookie led to the origin. */
  readonly facts: Facts | undefined;
  readonly view: PoolView;
}

/** Why an attempt goes to its origin, in a sentence without its end. */
export function whyOf({ policy, facts, view }: Choice): string {
  if (!facts) return 'a cookie of the client leads there, so the policy was not asked';
  if (view.candidatesInAll === 1) return `${policy}: it is the only candidate`;
  return `${policy}: ${facts.explain()}`;
}
