import type { AttemptReport, DecisionReport } from '../../api.ts';
import { duration } from '../figures.ts';
import { answerOf, outcomeOf } from '../outcome.ts';

/** The part of the small picture that a step is about. */
export type Focus = 'client' | 'route' | 'candidates' | 'excluded' | 'scores' | 'pick' | 'connection' | 'answer' | 'failure' | 'done';

/** One step of a request's way. */
export interface Step {
  readonly title: string;
  readonly sentence: string;
  readonly focus: Focus;
  /** Which attempt it belongs to, from 0. */
  readonly attempt: number;
  /** When it happened, in ms since the request came; nothing where that isn't known. */
  readonly atMs: number | null;
}

/**
 * A request's way, step by step: received, routed where there are routes, candidates, filtered, scored, picked, connected, first byte, failed and tried again as
 * often as that was, done. Steps that were never reached are left out.
 */
export function stepsOf(report: DecisionReport): Step[] {
  const { method, target, client } = report;
  const received = `${client} asks for ${method} ${target}.`;
  const steps: Step[] = [{ title: 'Received', sentence: received, focus: 'client', attempt: 0, atMs: 0 }];
  if (report.route !== null) steps.push({ title: 'Routed', sentence: `${capital(report.route)}.`, focus: 'route', attempt: 0, atMs: 0 });
  if (report.attempts.length === 0 && isForOrigins(report)) steps.push(nobodyStep(report));
  for (const [place, attempt] of report.attempts.entries()) steps.push(...attemptSteps(attempt, place, report));
  if (report.ms !== null) steps.push(doneStep(report));
  return steps;
}

/** Whether a request was to go to an origin at all: a route may have had it answered otherwise. */
function isForOrigins({ route, pool }: DecisionReport): boolean {
  return route === null || pool !== undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function attemptSteps(attempt: AttemptReport, place: number, report: DecisionReport): Step[] {
  const steps = [...pickSteps(attempt, place, report.policy), ...waySteps(attempt, place)];
  return attempt.isFailure ? [...steps, failureStep(attempt, place, report)] : steps;
}

function pickSteps(attempt: AttemptReport, place: number, policy: string): Step[] {
  const { candidates, candidatesInAll, excluded, origin, why, by, pickedMs } = attempt;
  const at = { attempt: place, atMs: pickedMs };
  const all = candidatesInAll + excluded.length;
  const known = `The balancer knows ${all} ${all === 1 ? 'origin' : 'origins'}.`;
  const left = `${candidatesInAll} ${candidatesInAll === 1 ? 'origin takes' : 'origins take'} this request`;
  const out = excluded.map(({ id, reason }) => `${id} (${reason})`).join(', ');
  return [
    { title: 'Candidates', sentence: place === 0 ? known : `The request is tried again. ${known}`, focus: 'candidates', ...at },
    { title: 'Filtered', sentence: out === '' ? `None is left out: ${left}.` : `Left out: ${out}. ${left}.`, focus: 'excluded', ...at },
    { title: 'Scored', sentence: scoredSentence(by, policy, candidates.length), focus: 'scores', ...at },
    { title: 'Picked', sentence: `The pick is ${origin}; ${why}.`, focus: 'pick', ...at },
  ];
}

function scoredSentence(by: AttemptReport['by'], policy: string, known: number): string {
  if (by === 'cookie') return 'The client has a cookie that names an origin, so the policy is not asked.';
  return known === 1 ? 'There is only one candidate.' : `The policy ${policy} looks at these figures, as they were at this moment.`;
}

function waySteps({ origin, connectedMs, firstByteMs, pickedMs }: AttemptReport, attempt: number): Step[] {
  const steps: Step[] = [];
  if (connectedMs !== null) {
    const sentence = `After ${duration(connectedMs - pickedMs)} a connection to ${origin} is there, and the request leaves on it.`;
    steps.push({ title: 'Connected', sentence, focus: 'connection', attempt, atMs: connectedMs });
  }
  if (firstByteMs !== null) {
    const sentence = `${origin} begins to answer ${duration(firstByteMs - (connectedMs ?? pickedMs))} later.`;
    steps.push({ title: 'First byte', sentence, focus: 'answer', attempt, atMs: firstByteMs });
  }
  return steps;
}

function failureStep({ origin, result, endedMs }: AttemptReport, attempt: number, { attempts, notRetried }: DecisionReport): Step {
  const follower = attempts[attempt + 1];
  const then = follower ? `It is tried again, at ${follower.origin}.` : `It is not tried again${notRetried ? `: ${notRetried}` : ''}.`;
  return {
    title: follower ? 'Failed, retried' : 'Failed',
    sentence: `${origin}: ${result}. ${then}`,
    focus: 'failure',
    attempt,
    atMs: endedMs,
  };
}

function nobodyStep({ nobody, notRetried }: DecisionReport): Step {
  const out = nobody.map(({ id, reason }) => `${id} (${reason})`).join(', ');
  const sentence = out === '' ? `No origin was asked${notRetried ? `: ${notRetried}` : ''}.` : `No origin could take it: ${out}.`;
  return { title: 'No candidate', sentence, focus: 'excluded', attempt: 0, atMs: null };
}

function doneStep(report: DecisionReport): Step {
  const end = outcomeOf(report) === 'failed' && report.status === null ? 'got no whole answer' : `got ${answerOf(report)}`;
  const attempt = Math.max(0, report.attempts.length - 1);
  return { title: 'Done', sentence: `The client ${end} after ${duration(report.ms)}.`, focus: 'done', attempt, atMs: report.ms };
}
