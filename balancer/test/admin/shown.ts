import type { ShownPool } from '../../src/admin/shown-pool.ts';
import type { Ledger } from '../../src/brain/pool/ledger.ts';
import type { OwnPool } from '../ledger.ts';

/** A pool called `default`, as the admin side shows it. */
export function shown(pool: OwnPool, ledger: Ledger): ShownPool {
  const health = { probesOf: () => [] };
  return { number: 1, name: 'default', policyName: 'round-robin', pool, ledger, roster: pool.roster, health, calls: (id) => id };
}
