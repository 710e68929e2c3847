import type { Attempt } from '../exchange/attempt.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { excludedInWords } from '../pool/view.ts';
import { longestTarget, rounded } from './brief.ts';

/** A wait before the first pick that is worth a sentence, in ms. */
const worthTelling = 5;

/** What happened to an exchange and why, in plain words. */
export function storyOf(exchange: Exchange): string {
  const { method, target, client, attempts } = exchange;
  const sentences = [
    `${method} ${target.slice(0, longestTarget)} came from ${client}.`,
    routeIn(exchange),
    waitIn(exchange),
    nobodyIn(exchange),
  ];
  for (const attempt of attempts) sentences.push(pickIn(attempt), endOf(attempt));
  return [...sentences, finale(exchange)].filter(Boolean).join(' ');
}

function routeIn({ routed }: Exchange): string {
  return routed ? `${routed.why.charAt(0).toUpperCase()}${routed.why.slice(1)}.` : '';
}

function waitIn({ startedAt, attempts: [first] }: Exchange): string {
  const wait = first ? first.startedAt - startedAt : 0;
  return wait < worthTelling ? '' : `It waited ${rounded(wait)} ms, for its body or for a free place.`;
}

function nobodyIn({ nobody, attempts }: Exchange): string {
  if (!nobody || attempts.length > 0) return '';
  if (nobody.length === 0) return 'There was no origin to take it.';
  return `No origin could take it: ${excludedInWords(nobody)}.`;
}

function pickIn({ origin, choice }: Attempt): string {
  const { candidatesInAll, excluded } = choice.view;
  const out = excluded.length > 0 ? ` Left out: ${excludedInWords(excluded)}.` : '';
  if (!choice.facts) return `A cookie of the client led it to ${origin.id}, so the policy was not asked.${out}`;
  if (candidatesInAll === 1) return `${origin.id} was the only candidate.${out}`;
  return `${choice.policy} picked ${origin.id} of ${candidatesInAll} candidates: ${choice.facts.explain()}.${out}`;
}

function endOf(attempt: Attempt): string {
  const { outcome, startedAt, firstByteAt = startedAt, endedAt = startedAt } = attempt;
  switch (outcome?.kind) {
    case 'answered':
      return `The origin began to answer after ${rounded(firstByteAt - startedAt)} ms: ${outcome.status}.`;
    case 'failed':
      return `${failures[outcome.during]} after ${rounded(endedAt - startedAt)} ms (${outcome.reason}).`;
    case 'starved':
      return 'The client stopped sending its body.';
    case 'overlong':
      return 'The client sent a longer body than its route takes.';
    case 'unread':
      return 'The client stopped reading the answer.';
    case 'overdue':
      return `No answer had begun after ${rounded(endedAt - startedAt)} ms, when the request's time was over.`;
    case 'abandoned':
      return 'The client left before the end.';
    default:
      return 'It is still under way there.';
  }
}

const failures = {
  connecting: 'No connection came about',
  waiting: 'No answer began, and it failed',
  answering: 'The answer broke off',
};

function finale({ ended, notRetried, attempts, nobody }: Exchange): string {
  if (!ended || (ended.status !== null && attempts.at(-1)?.outcome?.kind === 'answered')) return '';
  const told = ended.status === null ? 'The client got no whole answer.' : `The client got ${ended.status}.`;
  if (notRetried === undefined) return told;
  if (attempts.length > 0) return `It was not tried again: ${notRetried}. ${told}`;
  return nobody ? told : `It was not tried at all: ${notRetried}. ${told}`;
}
