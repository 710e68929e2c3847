import type { Attempt } from '../exchange/attempt.ts';
import type { Figures } from '../pool/figures.ts';
import type { Roster } from '../pool/roster.ts';
import type { Tally } from '../pool/tally.ts';
import { type Evidence, evidenceOf } from './evidence.ts';

/** An attempt that has ended. */
export type Ended = Pick<Attempt, 'origin' | 'outcome' | 'startedAt'>;

/**
 * Makes a function that is told how every attempt ended, counts what that shows of the origin's health, and tells what is news: most
 * attempts show nothing new, and are only counted, at their origin and in `all`, for all origins together. An attempt that began
 * before the origin was last taken out, or came back, says nothing of how it is now.
 */
export function witness(
  { roster, now, all }: { readonly roster: Roster; readonly now: () => number; readonly all: Tally },
  tell: (id: string, evidence: Evidence) => void,
): (attempt: Ended) => void {
  return ({ origin, outcome, startedAt }) => {
    const evidence = outcome && evidenceOf(outcome);
    const member = roster.memberAt(origin);
    if (!evidence || !member?.isReady || member.figures.since > startedAt) return;
    note(evidence, member.figures, now());
    if (evidence.answer) {
      member.tally.judged(evidence.answer);
      all.judged(evidence.answer);
    }
    if (isNews(evidence) || member.figures.isDoubted) tell(origin.id, evidence);
  };
}

function note({ connection }: Evidence, figures: Figures, now: number): void {
  if (connection === 'lost') figures.lose();
  if (connection === 'broken') figures.breakOff();
  if (connection !== 'held') return;
  figures.regain();
  figures.heardAt = now;
}

function isNews({ answer, connection }: Evidence): boolean {
  return answer === 'bad' || connection === 'lost';
}
