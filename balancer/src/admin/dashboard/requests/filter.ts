import type { ExchangeBrief } from '../../api.ts';
import { answerOf, outcomeOf } from '../outcome.ts';

/** Which requests are to be seen. */
export interface Filter {
  readonly text: string;
  /** A pool's name; empty for all, a slash for those that no route led to a pool. */
  readonly pool: string;
  /** An origin's id; empty for all. */
  readonly origin: string;
  readonly outcome: '' | 'answered' | 'failed' | 'retried' | 'running';
}

/** Whether an exchange is to be seen. */
export function passes(exchange: ExchangeBrief, { text, pool, origin, outcome }: Filter): boolean {
  if (pool !== '' && (exchange.pool ?? '/') !== pool) return false;
  if (origin !== '' && !exchange.attempts.some((attempt) => attempt.origin === origin)) return false;
  return hasOutcome(exchange, outcome) && hasText(exchange, text.trim().toLowerCase());
}

function hasOutcome(exchange: ExchangeBrief, outcome: Filter['outcome']): boolean {
  if (outcome === '') return true;
  return outcome === 'retried' ? exchange.attempts.length > 1 : outcomeOf(exchange) === outcome;
}

function hasText(exchange: ExchangeBrief, text: string): boolean {
  if (text === '') return true;
  const { id, method, target, client, pool = '', policy, attempts } = exchange;
  const all = [
    method,
    target,
    client,
    pool,
    policy,
    id,
    answerOf(exchange),
    ...attempts.flatMap(({ origin, result }) => [origin, result ?? '']),
  ];
  return all.join(' ').toLowerCase().includes(text);
}
