import { isDeepStrictEqual } from 'node:util';

/** A list of checks that are run in order and counted; each prints what it saw. */
export class Checks {
  #passed = 0;
  #failed = 0;

  get failed(): number {
    return this.#failed;
  }

  /** Passes if `look` resolves with what is expected. A rejection fails this check and lets the next ones run. */
  async expect(what: string, expected: unknown, look: () => Promise<unknown>): Promise<void> {
    const seen = await look().catch((error: Error) => error);
    this.#count(isDeepStrictEqual(seen, expected), what, seen);
  }

  /** Passes if `work` is done within the given time. */
  async within(ms: number, what: string, work: () => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    const error = await work().then(
      () => undefined,
      (reason: Error) => reason,
    );
    const took = performance.now() - begun;
    this.#count(!error && took <= ms, `${what} within ${ms} ms`, error ?? `${Math.round(took)} ms`);
  }

  /** Passes if something holds; prints what was seen either way. */
  hold(what: string, holds: boolean, seen: unknown): void {
    this.#count(holds, what, seen);
  }

  /** The line that ends a report. */
  summary(): string {
    return `${this.#passed} passed, ${this.#failed} failed`;
  }

  #count(passed: boolean, what: string, seen: unknown): void {
    if (passed) this.#passed += 1;
    else this.#failed += 1;
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${what}: ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`);
  }
}
