import type { Outcome } from '../exchange.ts';

/** What an attempt says about its origin's health. */
export interface Evidence {
  /** What became of the connection; missing where that can't be told. */
  readonly connection?: 'held' | 'lost';
  /** What the answer was worth; missing where none could be expected. */
  readonly answer?: 'good' | 'bad';
  /** What was wrong, in a few words. */
  readonly problem: string;
}

/** Reads an outcome as evidence. One that is the client's doing, or that an origin was given too little time for, is none. */
export function evidenceOf(outcome: Outcome): Evidence | undefined {
  // A tunnel that opened long ago and has now closed says nothing of today.
  if (outcome.kind === 'answered' && outcome.status === 101) return undefined;
  if (outcome.kind === 'answered') {
    return { connection: 'held', answer: outcome.status < 500 ? 'good' : 'bad', problem: String(outcome.status) };
  }
  if (outcome.kind !== 'failed') return undefined;
  const { during, cause, reason } = outcome;
  if (during === 'connecting') return { connection: 'lost', problem: reason };
  // The limit is the balancer's own.
  if (cause === 'too-large') return { connection: 'held', problem: reason };
  // A connection that broke may be the origin's end, or its way to answer; both are kept in mind.
  if (cause === 'lost') return { connection: 'lost', answer: 'bad', problem: reason };
  return { answer: 'bad', problem: reason };
}
