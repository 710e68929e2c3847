/** The longest that a timer of Node can wait, in ms. */
const longest = 2 ** 31 - 1;

/** Something that is over at a certain time. */
export interface Expiring {
  /** In ms on the clock of its Deadlines; Infinity for never. */
  readonly expiresAt: number;
  /** Called once that time has come. */
  expire(): void;
}

/**
 * The deadlines of many things that move all the time, kept by one timer. Moving one costs a comparison: the timer only ever waits
 * for the earliest that was asked for, and looks then which have moved on.
 */
export class Deadlines {
  readonly #now: () => number;
  readonly #all = new Set<Expiring>();
  #timer: NodeJS.Timeout | undefined;
  #next = Number.POSITIVE_INFINITY;

  /** `now` tells the time in ms on a monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(item: Expiring): void {
    this.#all.add(item);
  }

  delete(item: Expiring): void {
    this.#all.delete(item);
  }

  /** An item's deadline has been moved to that time. */
  moved(at: number): void {
    if (at < this.#next) this.#wakeAt(at);
  }

  /** Where this process itself was late, what has come in the meantime is read before anybody is called late. */
  readonly #wake = () => setImmediate(this.#look);

  readonly #look = () => {
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    this.#next = Number.POSITIVE_INFINITY;
    for (const item of this.#all) {
      if (item.expiresAt <= now) item.expire();
      if (item.expiresAt < next && this.#all.has(item)) next = item.expiresAt;
    }
    // What an expiry has set going may have a deadline that is earlier still.
    this.moved(next);
  };

  #wakeAt(at: number): void {
    this.#next = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#wake, Math.min(longest, Math.max(0, Math.ceil(at - this.#now())))).unref();
  }
}
