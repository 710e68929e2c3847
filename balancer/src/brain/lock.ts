/** Looks at a lock that is held, before the thread pauses. */
const spins = 1000;

/** Pauses in which one and the same thread holds the lock, until it is taken for dead: far over a second, where a pause is of 50 µs at the least. */
const mostPauses = 20_000;

/** How a thread waits a moment for whoever holds the lock, which is the cell at `at`. */
export type Pause = (cells: Int32Array, at: number) => void;

/** What a thread does that has no others to wait for: nothing but this thread could hold the lock. */
export const neverHeld: Pause = () => {
  throw new Error('another thread holds the lock, and this one was not told how to wait for it');
};

/**
 * A lock in memory that threads share: a cell that is 0, or 1 + the number of the thread that holds it. Whoever wants it looks at it again
 * and again, since it is held for microseconds, and only then pauses.
 */
export class Lock {
  readonly #cells: Int32Array;
  readonly #at: number;
  readonly #thread: number;
  readonly #pause: Pause;

  /** A thread's view of the lock at a place of the memory. `pause` is needed where other threads have views of it. */
  constructor(cells: Int32Array, at: number, thread: number, pause: Pause = neverHeld) {
    this.#cells = cells;
    this.#at = at;
    this.#thread = thread;
    this.#pause = pause;
  }

  /**
   * Does something that no other thread may do at the same time. It must be short, and neither wait nor throw away the lock. Throws
   * where this thread does so already, since it would wait for itself.
   */
  exclusively<Result>(work: () => Result): Result {
    const own = this.#thread + 1;
    const holder = this.#take(0);
    if (holder === own) throw new Error('this thread holds the lock already, and would wait for itself');
    if (holder !== 0) this.#wait();
    try {
      return work();
    } finally {
      // Not if it was taken from this thread, which then has been away for long.
      Atomics.compareExchange(this.#cells, this.#at, own, 0);
    }
  }

  /**
   * Waits until the lock can be taken, and takes it. From a thread that has it for too long it is taken as well: that one has died, and the thread that
   * would reclaim its lock may be this one, which hears of nothing while it waits.
   */
  #wait(): void {
    let last = 0;
    let pauses = 0;
    for (let tries = 1; ; tries += 1) {
      const holder = this.#take(0);
      if (holder === 0) return;
      if (tries % spins !== 0) continue;
      this.#pause(this.#cells, this.#at);
      pauses = holder === last ? pauses + 1 : 0;
      last = holder;
      if (pauses >= mostPauses && this.#take(holder) === holder) return;
    }
  }

  /** Takes the lock if that thread has it (by its number + 1; 0 for nobody); returns who has had it. */
  #take(from: number): number {
    return Atomics.compareExchange(this.#cells, this.#at, from, this.#thread + 1);
  }

  /** Frees the lock where a thread died that held it. */
  reclaim(thread: number): void {
    Atomics.compareExchange(this.#cells, this.#at, thread + 1, 0);
  }
}
