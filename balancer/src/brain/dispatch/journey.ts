// You are here: 11 of 23 in docs/reading.md. Next: brain/dispatch/choose.ts.

import type { Attempt } from '../exchange/attempt.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Outcome } from '../exchange/outcome.ts';
import type { Lease } from '../pool/lease.ts';
import type { Pool } from '../pool/pool.ts';
import { choose, type PolicyInUse, type Wish } from './choose.ts';
import { deadlineOf, outOfTime } from './deadline.ts';
import { nameOf } from './outcome-name.ts';
import { reasonNotToRetry } from './retry.ts';
import { type BudgetShare, RetryBudget } from './retry-budget.ts';

/** What may change from one request to the next. */
export interface DispatchRules extends PolicyInUse {
  /** Further attempts after the first, each on an origin not yet tried. */
  readonly retries: number;
  /** The longest that all attempts together may take until an answer begins, in ms. */
  readonly totalTimeout: number;
}

/** What decides where exchanges go, over one pool. */
export interface DispatchParts {
  readonly pool: Pool;
  readonly rules: () => DispatchRules;
  /** Told of every attempt's end, before another one is made. */
  readonly observe: (attempt: Attempt) => void;
  /** Told of every exchange that goes to an origin, or on to another. */
  readonly changed: (exchange: Exchange) => void;
}

/** Sends exchanges on their way over one pool, whose retry budget they share. */
export class Dispatch {
  readonly #parts: DispatchParts;
  readonly #budget: RetryBudget;

  constructor(parts: DispatchParts, budget = new RetryBudget()) {
    this.#parts = parts;
    this.#budget = budget;
  }

  /** Begins the way of an exchange, which must be ended once. `joined` is told if it becomes a tunnel. */
  begin(exchange: Exchange, joined?: () => void): Journey {
    return new Journey(exchange, this.#parts, this.#budget.begin(), joined);
  }
}

/**
 * One exchange on its way over the origins: who gets its next attempt, what an attempt's end means, and whether there is another. Who
 * carries the attempts says what happens to them, in this order: `next`, `connected`, `answered`, `ended`, `left`; and `next` again
 * while `reasonToStop` has none; at last, `end`.
 */
export class Journey {
  readonly #exchange: Exchange;
  readonly #parts: DispatchParts;
  readonly #share: BudgetShare;
  readonly #joined: (() => void) | undefined;
  #lease: Lease | undefined;
  #latest: Attempt | undefined;

  constructor(exchange: Exchange, parts: DispatchParts, share: BudgetShare, joined?: () => void) {
    this.#exchange = exchange;
    this.#parts = parts;
    this.#share = share;
    this.#joined = joined;
    exchange.deadline = deadlineOf(exchange, parts.rules().totalTimeout);
  }

  /** Begins the next attempt, at an origin that it has not been at. Nothing where none can take it. */
  next(wish: Wish): Attempt | undefined {
    const { pool, rules, changed } = this.#parts;
    const begun = choose(this.#exchange, wish, pool, rules());
    if (!begun) return undefined;
    this.#lease?.tally.leftBehind();
    this.#lease = begun.lease;
    this.#latest = begun.attempt;
    this.#exchange.attempts.push(begun.attempt);
    changed(this.#exchange);
    return begun.attempt;
  }

  /** There is a connection for the latest attempt, and the request begins to leave on it. */
  connected(): void {
    this.latest.connectedAt = this.#parts.pool.now();
  }

  /** The head of the origin's final answer has come; with status 101, the connection has become a tunnel. */
  answered(status: number): void {
    const attempt = this.latest;
    const at = this.#parts.pool.now();
    attempt.firstByteAt = at;
    this.#lease?.tally.took(at - attempt.startedAt);
    this.#lease?.waited(status < 500 ? 'responded' : 'failed');
    this.#share.answered();
    if (status !== 101) return;
    // An open tunnel stays in flight, but takes no place from those who want an answer.
    this.#share.end();
    this.#lease?.becomeTunnel();
    this.#joined?.();
  }

  /** The latest attempt came to this. Of a tunnel that is said once it is open. */
  ended(outcome: Outcome): void {
    const attempt = this.latest;
    attempt.outcome = outcome;
    attempt.endedAt = this.#parts.pool.now();
    this.#lease?.tally.ended(nameOf(outcome));
    if (outcome.kind === 'failed') this.#lease?.waited('failed');
    const sawNoAnswer = attempt.firstByteAt === undefined;
    if ((outcome.kind === 'abandoned' && sawNoAnswer) || outcome.kind === 'overdue') this.#lease?.waited('abandoned');
  }

  /** Nothing of the latest attempt is at its origin any more. What it showed of that counts from now on. */
  left(): void {
    this.#lease?.release();
    this.#parts.observe(this.latest);
  }

  /** Why there is no further attempt, in a few words; nothing where there may be one. */
  reasonToStop(): string | undefined {
    const { attempts } = this.#exchange;
    const reason = reasonNotToRetry(this.#exchange) ?? this.reasonNotToBegin();
    if (reason !== undefined) return reason;
    const { retries } = this.#parts.rules();
    if (attempts.length > retries) return retries === 0 ? 'retries are off' : `it had all of its ${retries} retries`;
    return this.#hasRoom() ? undefined : 'the retry budget is used up: too many requests are being tried again';
  }

  /** Why there is no attempt now, where the time for all of them is over. */
  reasonNotToBegin(): string | undefined {
    const { deadline = Number.POSITIVE_INFINITY } = this.#exchange;
    return this.#parts.pool.now() >= deadline ? outOfTime : undefined;
  }

  /** Why there is no further attempt where `next` found nobody. */
  reasonForNobody(): string {
    return this.#exchange.attempts.length > 0 ? 'no other origin can take it' : 'no origin can take it';
  }

  /** What the client is told of where no attempt was answered, and there is no other for that reason. */
  failureFor(reason: string): Outcome | undefined {
    return reason === outOfTime ? { kind: 'overdue' } : this.#exchange.attempts.at(-1)?.outcome;
  }

  /** The exchange is over. Calling it again does nothing. */
  end(): void {
    this.#share.end();
  }

  /** Whether there is room for another attempt. A request that moves on from an origin that was taken out costs no room. */
  #hasRoom(): boolean {
    return this.#parts.pool.isLeftOut(this.latest.origin) || this.#share.mayRetry();
  }

  /** Its latest attempt. Throws where there is none yet. */
  get latest(): Attempt {
    if (!this.#latest) throw new Error('the exchange has no attempt yet');
    return this.#latest;
  }
}
