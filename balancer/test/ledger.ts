import { Ledger, ledgerMemory } from '../src/pool/ledger.ts';
import { MainRoster } from '../src/pool/main-roster.ts';
import type { Origin } from '../src/pool/origin.ts';
import { Pool, type PoolSettings } from '../src/pool/pool.ts';

/** A ledger of its own, for one thread. */
export function ownLedger(): Ledger {
  return new Ledger(ledgerMemory(), 0);
}

/** A pool whose roster can be changed, as the main thread can. */
export interface OwnPool extends Pool {
  readonly roster: MainRoster;
}

/** A pool over a main thread's roster of its own. */
export function ownPool(origins: readonly Origin[], settings: PoolSettings, ledger: Ledger, now: () => number): OwnPool {
  return new Pool(new MainRoster(origins, ledger, now), settings, ledger, now) as OwnPool;
}
