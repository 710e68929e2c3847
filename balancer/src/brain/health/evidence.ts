import type { Cause, Outcome } from '../exchange/outcome.ts';

/** What an attempt says about its origin's health. */
export interface Evidence {
  /** What became of the connection: it could not be made (`lost`), or broke when a request had left; missing where that can't be told. */
  readonly connection?: 'held' | 'lost' | 'broken';
  /** What the answer was worth; missing where none could be expected. */
  readonly answer?: 'good' | 'bad';
  /** What was wrong, in a few words. */
  readonly problem: string;
}

type Meaning = Omit<Evidence, 'problem'>;

const good: Meaning = { connection: 'held', answer: 'good' };
const bad: Meaning = { connection: 'held', answer: 'bad' };
const lost: Meaning = { connection: 'lost' };
const brokenOff: Meaning = { connection: 'broken', answer: 'bad' };
const noAnswer: Meaning = { answer: 'bad' };
const onlyHeard: Meaning = { connection: 'held' };
const nothing = undefined;

/**
 * What counts as what. An answer is good if the origin gave it as a server should; that it has no such method (501) or version (505)
 * says nothing against it, since the client asked for that. What the client did, or the balancer itself, counts nothing.
 */
export const table: {
  readonly answered: (status: number) => Meaning | undefined;
  readonly failed: Readonly<Record<Cause, { readonly connecting: Meaning | undefined; readonly later: Meaning | undefined }>>;
} = {
  answered: (status) => {
    // A tunnel that opened long ago and has now closed says nothing of today.
    if (status === 101) return nothing;
    return status < 500 || status === 501 || status === 505 ? good : bad;
  },
  failed: {
    timeout: { connecting: lost, later: noAnswer },
    // Behind the request it may be the origin's end, or its way to answer that one URL.
    lost: { connecting: lost, later: brokenOff },
    invalid: { connecting: lost, later: noAnswer },
    // It is there, and has too much to do.
    refused: { connecting: bad, later: bad },
    // The limit is the balancer's own.
    'too-large': { connecting: nothing, later: onlyHeard },
    own: { connecting: nothing, later: nothing },
  },
};

/** Reads an outcome as evidence, by the table. One that is the client's doing, or that an origin was given too little time for, is none. */
export function evidenceOf(outcome: Outcome): Evidence | undefined {
  if (outcome.kind === 'answered') return withProblem(table.answered(outcome.status), String(outcome.status));
  if (outcome.kind !== 'failed') return undefined;
  const { during, cause, reason } = outcome;
  return withProblem(table.failed[cause][during === 'connecting' ? 'connecting' : 'later'], reason);
}

function withProblem(meaning: Meaning | undefined, problem: string): Evidence | undefined {
  return meaning && { ...meaning, problem };
}
