/** Retries that are always allowed at once. */
const least = 3;

/** The share of running exchanges that may be retries. */
const share = 0.2;

/**
 * Bounds how many exchanges may be on a further attempt at once: 20 % of those running, at least 3 (Envoy's retry budget).
 * When every attempt fails, retries are then a fifth of all attempts: they add a quarter and don't multiply it.
 */
export class RetryBudget {
  #running = 0;
  #retrying = 0;

  /** Counts an exchange in; its share must be ended once. */
  begin(): BudgetShare {
    return new BudgetShare(this);
  }

  /** Counts exchanges that run in (or out, below 0). */
  run(count: number): void {
    this.#running += count;
  }

  /** Takes room for one exchange's retries; false if there is none. */
  tryTake(): boolean {
    if (this.#retrying >= Math.max(least, share * this.#running)) return false;
    this.#retrying += 1;
    return true;
  }

  /** Gives that room back. */
  giveBack(): void {
    this.#retrying -= 1;
  }
}

/** What one running exchange takes of the budget. */
export class BudgetShare {
  readonly #budget: RetryBudget;
  #runs = true;
  #retries = false;

  constructor(budget: RetryBudget) {
    this.#budget = budget;
    budget.run(1);
  }

  /** Whether the exchange may be tried again: it keeps the room that it has, or takes some. */
  mayRetry(): boolean {
    this.#retries ||= this.#budget.tryTake();
    return this.#retries;
  }

  /** There will be no further attempt: however long the answer goes on, it is no retry any more. */
  answered(): void {
    if (this.#retries) this.#budget.giveBack();
    this.#retries = false;
  }

  /** The exchange is over, or has become a tunnel, which is not running. Calling it again does nothing. */
  end(): void {
    this.answered();
    if (this.#runs) this.#budget.run(-1);
    this.#runs = false;
  }
}
