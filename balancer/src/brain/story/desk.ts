import type { Exchange } from '../exchange/exchange.ts';
import { briefOf, type ExchangeBrief } from './brief.ts';
import type { Decisions } from './decisions.ts';
import type { Exemplar } from './exemplars.ts';
import { type DecisionReport, reportOf } from './report.ts';

/** Which exchanges a list is to show. */
export interface DecisionQuery {
  /** The most. */
  readonly limit: number;
  /** The name of the pool that their route led to. */
  readonly pool?: string;
  /** The id of an origin that an attempt went to. */
  readonly origin?: string;
  /** What the client was told: a status such as `503`, or a class such as `5xx`. */
  readonly status?: string;
}

/** What has happened since the last time, as lists show it. */
export interface NewsBrief {
  readonly exchanges: readonly ExchangeBrief[];
  /** How many more there were. */
  readonly unseen: number;
}

/** What can be asked about decisions: of one thread, or of all. */
export type Question =
  | { readonly about: 'list'; readonly query: DecisionQuery }
  | { readonly about: 'one'; readonly id: string }
  /** Begins to gather news, where that was not done yet. */
  | { readonly about: 'news' }
  /** Ends that. */
  | { readonly about: 'rest' }
  /** Which exchanges that were traced are examples of how long one takes. */
  | { readonly about: 'exemplars' }
  /** Only whether all that was told before has been done: whoever answers has done it. */
  | { readonly about: 'nothing' };

/** The answers, by what was asked. */
export interface Answers {
  readonly list: readonly ExchangeBrief[];
  readonly one: DecisionReport | undefined;
  readonly news: NewsBrief;
  readonly rest: undefined;
  readonly exemplars: readonly Exemplar[];
  readonly nothing: undefined;
}

/** Answers what is asked about the decisions of one thread, of which these are traced. */
export function answer(
  question: Question,
  decisions: Decisions,
  thread: number,
  exemplars: readonly Exemplar[] = [],
): Answers[Question['about']] {
  switch (question.about) {
    case 'list':
      return listed(decisions.latest(), question.query);
    case 'one': {
      const exchange = decisions.find(question.id);
      return exchange && reportOf(exchange, thread);
    }
    case 'news': {
      const { exchanges, unseen } = decisions.takeNews();
      return { exchanges: exchanges.map(briefOf), unseen };
    }
    case 'rest':
      decisions.rest();
      return undefined;
    case 'exemplars':
      return exemplars;
    case 'nothing':
      return undefined;
  }
}

function listed(exchanges: readonly Exchange[], { limit, pool, origin, status }: DecisionQuery): ExchangeBrief[] {
  const fits = ({ attempts, ended, routed }: Exchange) =>
    (pool === undefined || (routed?.kind === 'pool' && routed.pool === pool)) &&
    (origin === undefined || attempts.some((attempt) => attempt.origin.id === origin)) &&
    (status === undefined || isOfStatus(ended?.status, status));
  return exchanges.filter(fits).slice(0, limit).map(briefOf);
}

function isOfStatus(status: number | null | undefined, asked: string): boolean {
  return status != null && (asked.endsWith('xx') ? String(status)[0] === asked[0] : String(status) === asked);
}
