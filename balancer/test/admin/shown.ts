import type { ShownPool } from '../../src/admin/shown-pool.ts';
import type { Ledger } from '../../src/brain/pool/ledger.ts';
import { Membership } from '../../src/brain/pool/membership.ts';
import { Pause } from '../../src/brain/pool/pause.ts';
import { world } from '../../src/process/world.ts';
import type { OwnPool } from '../ledger.ts';

/** A pool called `default`, as the admin side shows it. */
export function shown(pool: OwnPool, ledger: Ledger): ShownPool {
  const health = { probesOf: () => [], acquit: () => {}, refresh: () => {} };
  const membership = new Membership({ roster: pool.roster, world, problemsIn: () => [], drainTimeout: () => 1000 });
  return {
    number: 1,
    name: 'default',
    policyName: 'round-robin',
    pool,
    ledger,
    roster: pool.roster,
    health,
    membership,
    pause: new Pause(ledger, world),
    settings: { deployTimeout: 1000 },
    calls: (id) => id,
  };
}
