/** How many bytes may be ahead of their turn on all connections of a thread together until nothing more is read ahead. */
const most = 32 * 1024 * 1024;

/** What all clients of a thread have sent ahead, in bytes, and what follows where that is too much. */
export class Backlog {
  readonly #tighten: () => void;
  readonly #relieve: () => void;
  #bytes = 0;
  #isTight = false;

  /**
   * `tighten` is called when there is too much: from then on, nothing may be read ahead. Each connection may have brought as much as is read at once
   * by then, or brings it with its first request, since nobody can be read in part; so where that comes to twice as much, `relieve` is
   * called, to end who has most.
   */
  constructor(tighten: () => void, relieve: () => void) {
    this.#tighten = tighten;
    this.#relieve = relieve;
  }

  /** Whether nothing may be read ahead for now. */
  get isTight(): boolean {
    return this.#isTight;
  }

  /** So many bytes more are ahead; or less, below 0. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#isTight && this.#bytes > most) {
      this.#isTight = true;
      this.#tighten();
    } else if (this.#bytes <= most / 2) this.#isTight = false;
    if (bytes > 0 && this.#bytes > 2 * most) this.#relieve();
  }
}
