import type { Health } from '../brain/health/health.ts';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { MainRoster } from '../brain/pool/main-roster.ts';
import type { Member } from '../brain/pool/member.ts';
import type { Membership } from '../brain/pool/membership.ts';
import type { Pause } from '../brain/pool/pause.ts';
import type { Pool } from '../brain/pool/pool.ts';

/** A pool, as the admin side shows it. */
export interface ShownPool {
  /** Another one for each pool that there ever was, since names come again. */
  readonly number: number;
  readonly name: string;
  /** The policy in use. */
  readonly policyName: string;
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly roster: MainRoster;
  readonly membership: Membership;
  readonly pause: Pause;
  readonly settings: { readonly deployTimeout: number };
  readonly health: Pick<Health, 'probesOf' | 'acquit' | 'refresh'>;
  /** What people call an origin of it, of which other pools may have one as well. */
  calls(id: string): string;
}

/** All pools, as the admin side sees them. */
export interface ShownPools {
  /** In the file's order. */
  readonly all: readonly ShownPool[];
  /** Those that are no more as well, while something still runs at their origins. */
  readonly everyOne: readonly ShownPool[];
  named(name: string): ShownPool | undefined;
  /** Has somebody told of every change of how origins stand, of who they are, and of which pools there are. */
  observe(changed: () => void): void;
}

/** An origin of a pool. */
export interface ShownOrigin {
  readonly in: ShownPool;
  readonly member: Member;
}

/** The origins of all pools, pool by pool, each in list order. */
export function originsIn(pools: readonly ShownPool[]): ShownOrigin[] {
  return pools.flatMap((pool) => pool.roster.members.map((member) => ({ in: pool, member })));
}
