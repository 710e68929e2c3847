import type { Attempt } from '../exchange.ts';
import type { Figures } from '../pool/figures.ts';
import type { Roster } from '../pool/roster.ts';
import { type Evidence, evidenceOf } from './evidence.ts';

/** An attempt that has ended. */
export type Ended = Pick<Attempt, 'origin' | 'outcome' | 'startedAt'>;

/**
 * Makes a function that is told how every attempt ended, and tells what that shows of the origin's health. Most attempts show
 * nothing new: that an origin which nobody doubts has answered once more is only noted in the ledger. An attempt that began before
 * the origin was last taken out, or came back, says nothing of how it is now.
 */
export function witness(roster: Roster, now: () => number, tell: (id: string, evidence: Evidence) => void): (attempt: Ended) => void {
  return ({ origin, outcome, startedAt }) => {
    const evidence = outcome && evidenceOf(outcome);
    const member = roster.memberAt(origin);
    if (!evidence || !member?.isReady || member.figures.since > startedAt) return;
    note(evidence, member.figures, now());
    if (isNews(evidence) || member.figures.isDoubted) tell(origin.id, evidence);
  };
}

function note({ connection }: Evidence, figures: Figures, now: number): void {
  if (connection === 'lost') figures.lose();
  if (connection !== 'held') return;
  figures.regain();
  figures.heardAt = now;
}

function isNews({ answer, connection }: Evidence): boolean {
  return answer === 'bad' || connection === 'lost';
}
