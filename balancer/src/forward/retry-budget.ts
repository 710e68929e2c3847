/** Retries that are always allowed at once. */
const least = 3;

/** The share of running exchanges that may be retries. */
const share = 0.2;

/**
 * Bounds how many exchanges may be on a further attempt at once: 20 % of those running, at least 3 (Envoy's retry budget).
 * When every attempt fails, retries then add a fifth to the traffic and don't multiply it.
 */
export class RetryBudget {
  #running = 0;
  #retrying = 0;

  /** Counts an exchange in. */
  begin(): void {
    this.#running += 1;
  }

  /** Counts an exchange out, and its retry if it had one. */
  end(retried: boolean): void {
    this.#running -= 1;
    if (retried) this.#retrying -= 1;
  }

  /** Takes room for one exchange's retries, which it gives back at its end; false if there is none. */
  tryTake(): boolean {
    if (this.#retrying >= Math.max(least, share * this.#running)) return false;
    this.#retrying += 1;
    return true;
  }
}
