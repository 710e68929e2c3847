import { Ledger } from '../src/brain/pool/ledger.ts';
import { MainRoster } from '../src/brain/pool/main-roster.ts';
import type { PoolSettings } from '../src/brain/pool/offer.ts';
import { Pool } from '../src/brain/pool/pool.ts';
import type { Origin } from '../src/brain/select/origin.ts';
import { ledgerMemory, waits } from '../src/threads/memory.ts';

/** A ledger of its own, for one thread. */
export function ownLedger(): Ledger {
  const ledger = new Ledger(ledgerMemory(), 0, waits);
  return tellsApart(ledger) ? ledger : ownLedger();
}

/** Whether a ledger counts the usual clients of tests each by a number of its own: numbers are few, and who gets which is drawn by lot. */
function tellsApart({ shares, requests, tunnels }: Ledger): boolean {
  const clients = ['2001:db8::1', ...Array.from({ length: 20 }, (_, i) => `192.0.2.${i}`)];
  return [shares, requests, tunnels].every((kind) => new Set(clients.map((client) => kind.bucketOf(client))).size === clients.length);
}

/** A pool whose roster can be changed, as the main thread can. */
export interface OwnPool extends Pool {
  readonly roster: MainRoster;
}

/** A pool over a main thread's roster of its own. */
export function ownPool(origins: readonly Origin[], settings: PoolSettings, ledger: Ledger, now: () => number): OwnPool {
  return new Pool(new MainRoster(origins, ledger, now), settings, ledger, now) as OwnPool;
}
