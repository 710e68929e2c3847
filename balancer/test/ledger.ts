import { Ledger, ledgerMemory } from '../src/pool/ledger.ts';

/** A ledger of its own, for one thread. */
export function ownLedger(): Ledger {
  return new Ledger(ledgerMemory(), 0);
}
