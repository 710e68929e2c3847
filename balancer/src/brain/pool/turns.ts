import type { Origin } from '../select/origin.ts';
import type { TurnBook } from '../select/policy.ts';
import type { Ledger } from './ledger.ts';
import type { Roster } from './roster.ts';

/** The turns of a roster's origins as the ledger has them, so that all threads take them together. */
export function turnsIn(ledger: Ledger, roster: Roster): TurnBook {
  return {
    next: () => ledger.nextTurn(),
    of: (origin: Origin) => roster.memberAt(origin)?.figures ?? { last: 0, credit: 0 },
  };
}
