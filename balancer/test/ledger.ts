import { Ledger } from '../src/brain/pool/ledger.ts';
import { MainRoster } from '../src/brain/pool/main-roster.ts';
import type { PoolSettings } from '../src/brain/pool/offer.ts';
import { Pool } from '../src/brain/pool/pool.ts';
import type { Origin } from '../src/brain/select/origin.ts';
import { ledgerMemory, waits } from '../src/threads/memory.ts';

/** A ledger of its own, for one thread. */
export function ownLedger(): Ledger {
  return new Ledger(ledgerMemory(), 0, waits);
}

/** A pool whose roster can be changed, as the main thread can. */
export interface OwnPool extends Pool {
  readonly roster: MainRoster;
}

/** A pool over a main thread's roster of its own. */
export function ownPool(origins: readonly Origin[], settings: PoolSettings, ledger: Ledger, now: () => number): OwnPool {
  return new Pool(new MainRoster(origins, ledger, now), settings, ledger, now) as OwnPool;
}
