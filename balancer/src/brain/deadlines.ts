import type { World } from './world.ts';

/** The longest that a timer can wait, in ms. */
const longest = 2 ** 31 - 1;

/** The shortest time between two looks, in ms: what is over in between is told at once, and that late at the most. */
const oftenest = 4;

/** A time by which something must have happened, and which moves all the time. */
export class Deadline {
  readonly #deadlines: Deadlines;
  readonly #over: () => void;
  /** When it is over, in ms on the clock of its Deadlines; Infinity for never. */
  #at = Number.POSITIVE_INFINITY;
  /** Where it stands in the heap, and for which time; -1 for nowhere. Both are kept by Deadlines. */
  place = -1;
  listedAt = Number.POSITIVE_INFINITY;

  /** `over` is called once its time has come. */
  constructor(deadlines: Deadlines, over: () => void) {
    this.#deadlines = deadlines;
    this.#over = over;
  }

  get at(): number {
    return this.#at;
  }

  /** It is over in so many ms from now, whatever was said before; Infinity for never. To move it to later costs a comparison. */
  in(ms: number): void {
    this.#at = ms === Number.POSITIVE_INFINITY ? ms : this.#deadlines.now() + ms;
    if (this.#at < this.listedAt) this.#deadlines.list(this);
  }

  /** Nobody waits for it any more, and nothing of it is kept. */
  end(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.#deadlines.delete(this);
  }

  /** Its time has come. */
  expire(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.#over();
  }
}

/**
 * The deadlines of many things that move all the time, kept by one timer. They stand in a heap (the earliest first, each before its two
 * children). One that moves to later stays where it is until it comes to the front, and only then goes to where it belongs.
 */
export class Deadlines {
  readonly #world: Pick<World, 'now' | 'after' | 'soon'>;
  readonly #heap: Deadline[] = [];
  #giveUp = () => {};
  /** When it is looked next, and when it was looked last. */
  #next = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(world: Pick<World, 'now' | 'after' | 'soon'>) {
    this.#world = world;
  }

  /** The time in ms. */
  now(): number {
    return this.#world.now();
  }

  /** How many are listed. */
  get size(): number {
    return this.#heap.length;
  }

  /** Lists a deadline for its time, which is earlier than the one that it is listed for. */
  list(deadline: Deadline): void {
    deadline.listedAt = deadline.at;
    if (deadline.place === -1) deadline.place = this.#heap.push(deadline) - 1;
    this.#rise(deadline);
    this.#wakeBy(deadline.listedAt);
  }

  /** Takes one off the list. */
  delete(deadline: Deadline): void {
    const { place } = deadline;
    if (place === -1) return;
    deadline.place = -1;
    deadline.listedAt = Number.POSITIVE_INFINITY;
    const last = this.#heap.pop() as Deadline;
    if (last === deadline) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  /** Where this process itself was late, what has come in the meantime is read before anybody is called late. */
  readonly #wake = () => this.#world.soon(this.#look);

  readonly #look = () => {
    const now = this.#world.now();
    this.#latest = now;
    // What an expiry has set going may have a deadline of its own.
    this.#next = Number.NEGATIVE_INFINITY;
    try {
      for (let first = this.#heap[0]; first && first.listedAt <= now; first = this.#heap[0]) this.#settle(first, now);
    } finally {
      this.#next = Number.POSITIVE_INFINITY;
      const [first] = this.#heap;
      if (first) this.#wakeBy(first.listedAt);
    }
  };

  /** The first one was listed for a time that has come: it is over, or has moved. */
  #settle(first: Deadline, now: number): void {
    if (first.at <= now) {
      this.delete(first);
      first.expire();
    } else if (first.at === Number.POSITIVE_INFINITY) this.delete(first);
    else {
      first.listedAt = first.at;
      this.#sink(first);
    }
  }

  #wakeBy(at: number): void {
    const due = Math.max(at, this.#latest + oftenest);
    if (due >= this.#next) return;
    this.#next = due;
    this.#giveUp();
    this.#giveUp = this.#world.after(Math.min(longest, Math.max(0, Math.ceil(this.#next - this.#world.now()))), this.#wake);
  }

  #rise(deadline: Deadline): void {
    while (deadline.place > 0) {
      const parent = this.#heap[(deadline.place - 1) >> 1] as Deadline;
      if (parent.listedAt <= deadline.listedAt) return;
      this.#swap(deadline, parent);
    }
  }

  #sink(deadline: Deadline): void {
    for (;;) {
      const [left, right] = [this.#heap[2 * deadline.place + 1], this.#heap[2 * deadline.place + 2]];
      const child = right && right.listedAt < (left as Deadline).listedAt ? right : left;
      if (!child || child.listedAt >= deadline.listedAt) return;
      this.#swap(deadline, child);
    }
  }

  #swap(a: Deadline, b: Deadline): void {
    const place = a.place;
    this.#put(a, b.place);
    this.#put(b, place);
  }

  #put(deadline: Deadline, place: number): void {
    deadline.place = place;
    this.#heap[place] = deadline;
  }
}
