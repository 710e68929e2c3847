/** Serves so many at a time; the others wait in the order that they came, and who finds no room to wait is refused. */
export class Capacity {
  #most = Number.POSITIVE_INFINITY;
  #mostWaiting = Number.POSITIVE_INFINITY;
  #running = 0;
  /** In order of arrival; a Set, since whoever leaves early gives up a place in the middle. */
  readonly #waiting = new Set<() => void>();

  /** How many are served now. */
  get running(): number {
    return this.#running;
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Sets how many may be served and wait from now on. Nobody who is in already is sent away. */
  limit(most: number, mostWaiting: number): void {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
    this.#letIn();
  }

  /**
   * Calls `begin` once it is its turn, which may be at once. The returned function gives the place up, whether served or
   * waiting. Returns nothing, and never calls, where there is no room.
   */
  take(begin: () => void): (() => void) | undefined {
    const guest = () => begin();
    if (this.#running >= this.#most && this.#waiting.size >= this.#mostWaiting) return undefined;
    this.#waiting.add(guest);
    this.#letIn();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      if (this.#waiting.delete(guest)) return;
      this.#running -= 1;
      this.#letIn();
    };
  }

  #letIn(): void {
    for (const guest of this.#waiting) {
      if (this.#running >= this.#most) return;
      this.#waiting.delete(guest);
      this.#running += 1;
      guest();
    }
  }
}
