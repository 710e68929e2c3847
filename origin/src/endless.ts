/** What never ends by itself, such as an event stream; so that a stop can end it. */
export class Endless {
  readonly #ends = new Set<() => void>();
  #isOver = false;

  /**
   * Remembers how to end something, or ends it if everything is to end already; the returned function, to be called when it
   * has ended, forgets that.
   */
  add(end: () => void): () => void {
    const own = () => end();
    if (this.#isOver) own();
    else this.#ends.add(own);
    return () => this.#ends.delete(own);
  }

  /** Ends everything, and whatever is added from now on. */
  endAll(): void {
    this.#isOver = true;
    for (const end of this.#ends) end();
  }
}
