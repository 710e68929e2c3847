import type { AttemptReport, DecisionReport } from '../api.ts';
import { ms } from './words.ts';

/** One step of a request's way, to be looked at by itself. */
export interface Step {
  readonly name: 'received' | 'candidates' | 'filtered' | 'scored' | 'picked' | 'connected' | 'first byte' | 'failed' | 'retried' | 'done';
  readonly sentence: string;
  /** The number of the attempt that it belongs to, from 0; nothing before the first. */
  readonly attempt: number | undefined;
}

/** The steps of a decision, in order: received, candidates, filtered, scored, picked, connected, first byte, (failed, retried), done. */
export function stepsOf(decision: DecisionReport): readonly Step[] {
  const { method, target, client, attempts } = decision;
  const received: Step = { name: 'received', sentence: `${method} ${target} came from ${client}.`, attempt: undefined };
  const tries = attempts.flatMap((attempt, index) => stepsAt(attempt, index, attempts.length, decision.policy));
  return [
    received,
    ...nobodyIn(decision),
    ...tries,
    { name: 'done', sentence: endOf(decision), attempt: attempts.length > 0 ? attempts.length - 1 : undefined },
  ];
}

function nobodyIn({ attempts, nobody }: DecisionReport): Step[] {
  if (attempts.length > 0 || nobody.length === 0) return [];
  return [{ name: 'filtered', sentence: `Nobody could take it: ${inWords(nobody)}.`, attempt: undefined }];
}

function stepsAt(attempt: AttemptReport, index: number, all: number, policy: string): Step[] {
  const steps: [Step['name'], string | undefined][] = [
    ['retried', index > 0 ? 'The balancer tries another origin.' : undefined],
    ['candidates', `${attempt.candidatesInAll + attempt.excluded.length} origins are known.`],
    ['filtered', filterIn(attempt)],
    ['scored', scoreIn(attempt, policy)],
    ['picked', `${attempt.origin}. ${attempt.why}.`],
    [
      'connected',
      attempt.connectedMs === null ? undefined : `A connection was there ${ms(attempt.connectedMs - attempt.pickedMs)} after the pick.`,
    ],
    [
      'first byte',
      attempt.firstByteMs === null
        ? undefined
        : `The answer began ${ms(attempt.firstByteMs - (attempt.connectedMs ?? attempt.pickedMs))} later.`,
    ],
    ['failed', isFailed(attempt) ? `It failed: ${attempt.result}.${index + 1 < all ? ' Nothing was lost by that.' : ''}` : undefined],
  ];
  return steps.flatMap(([name, sentence]) => (sentence === undefined ? [] : [{ name, sentence, attempt: index }]));
}

/** An answer of 5xx is one, too: it was passed on. */
function isFailed({ isFailure, firstByteMs }: AttemptReport): boolean {
  return isFailure && firstByteMs === null;
}

function filterIn({ candidatesInAll, excluded }: AttemptReport): string {
  if (excluded.length === 0) return 'All of them may take it.';
  return `${candidatesInAll} may take it. Left out: ${inWords(excluded)}.`;
}

function scoreIn({ by, candidatesInAll }: AttemptReport, policy: string): string {
  if (by === 'cookie') return 'The client has a cookie that names its origin, so nothing is scored.';
  if (candidatesInAll === 1) return 'There is only one, so there is nothing to compare.';
  return `${policy} looks at these figures, as they were at that moment.`;
}

function endOf({ status, ms: took, notRetried, attempts }: DecisionReport): string {
  if (took === null) return 'It is still under way.';
  const told = status === null ? 'The client got no whole answer' : `The client got ${status}`;
  const why = notRetried !== null && attempts.length > 0 ? ` It was not tried again: ${notRetried}.` : '';
  return `${told} after ${ms(took)}.${why}`;
}

function inWords(excluded: readonly { readonly id: string; readonly reason: string }[]): string {
  return excluded.map(({ id, reason }) => `${id} (${reason})`).join(', ');
}
