import type { Outcome } from '../exchange.ts';
import type { Origin } from '../pool/origin.ts';
import type { Roster } from '../pool/roster.ts';
import { type Evidence, evidenceOf } from './evidence.ts';

/**
 * Makes a function that is told how every attempt ended, and tells what that shows of the origin's health. Most attempts show
 * nothing new: that an origin which nobody doubts has answered once more is only noted in the ledger. What ends after an origin
 * was taken out says nothing new either.
 */
export function witness(
  roster: Roster,
  now: () => number,
  tell: (id: string, evidence: Evidence) => void,
): (origin: Origin, outcome: Outcome) => void {
  return (origin, outcome) => {
    const evidence = evidenceOf(outcome);
    const member = roster.memberAt(origin);
    if (!evidence || !member?.isReady) return;
    if (evidence.connection === 'lost') member.figures.lose();
    if (evidence.connection === 'held') {
      member.figures.regain();
      member.figures.heardAt = now();
    }
    if (evidence.answer === 'bad' || evidence.connection === 'lost' || member.figures.isDoubted) tell(origin.id, evidence);
  };
}
