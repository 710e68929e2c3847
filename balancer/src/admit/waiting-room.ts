/** How many exchanges may wait for a place, and how long. */
export interface RoomLimits {
  /** Exchanges that wait for a place, in all threads. */
  readonly maxWaiting: number;
  /** The longest wait, in ms. */
  readonly maxWait: number;
}

/** How many exchanges run and wait, in all threads: see pool/ledger.ts. */
export interface Census {
  /** Counts exchanges of this thread in (or out, below 0); returns how many run now in all threads. */
  enter(count: number): number;
  /** Counts exchanges of this thread that wait in (or out, below 0); returns how many wait now in all threads. */
  wait(count: number): number;
  /** Exchanges that wait, in all threads. */
  readonly waiting: number;
  /** Says that a place was given back, to all threads. */
  announcePlace(): void;
  /** How often a place was announced. */
  readonly announced: number;
  /** Resolves when a place is announced, or was since `announced` was so much. */
  nextPlace(announced: number): Promise<void>;
}

/** Somebody who waits; told once whether there is a place. */
interface Guest {
  readonly told: (admitted: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lets in as many exchanges as the origins can take; the others wait outside in the order that they came, not too many and
 * not too long, so that an overload ends in quick refusals and not in a pile-up.
 */
export class WaitingRoom {
  readonly #places: () => number;
  readonly #census: Census;
  #limits: RoomLimits;
  /** In order of arrival; a Set, since whoever leaves early gives up a place in the middle. */
  readonly #outside = new Set<Guest>();
  #isListening = false;

  /** `places` tells how many exchanges may run at once, as of now; the census how many do, here and in other threads. */
  constructor(places: () => number, census: Census, limits: RoomLimits) {
    this.#places = places;
    this.#census = census;
    this.#limits = limits;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    return this.#outside.size === 0 && this.#takePlace();
  }

  /**
   * Waits for a place. `told` is called once, and not before this has returned: with true when there is a place, with false when
   * it took too long. The returned function gives the wait up; `told` is then never called. Returns nothing, and never calls,
   * where too many wait already.
   */
  wait(told: (admitted: boolean) => void): (() => void) | undefined {
    if (this.#census.wait(1) > this.#limits.maxWaiting) {
      this.#census.wait(-1);
      return undefined;
    }
    const guest: Guest = {
      told,
      timer: setTimeout(() => {
        this.#remove(guest);
        told(false);
      }, this.#limits.maxWait),
    };
    this.#outside.add(guest);
    // Another thread may have given a place back meanwhile.
    queueMicrotask(() => this.#listen());
    return () => this.#remove(guest);
  }

  /**
   * Gives a place back; whoever has waited longest gets it, once this turn of the event loop is over: who leaves may still
   * hold a lease until then.
   */
  leave(): void {
    this.#census.enter(-1);
    if (this.#census.waiting > 0) setImmediate(() => this.#passOn());
  }

  /** Lets in whoever has waited longest while there are free places; to be called when there may be more of them. */
  admit(): void {
    for (const guest of this.#outside) {
      if (!this.#takePlace()) return;
      this.#remove(guest);
      guest.told(true);
    }
  }

  /** Takes other limits for who comes from now on. */
  configure(limits: RoomLimits): void {
    this.#limits = limits;
  }

  /** Gives everybody who waits the same chance of the free place, in whatever thread: this thread's own must not go first. */
  #passOn(): void {
    const { waiting } = this.#census;
    if (Math.random() * waiting < this.#outside.size) {
      this.admit();
      return;
    }
    this.#census.announcePlace();
    // Nobody may have taken it.
    if (this.#outside.size > 0) setTimeout(() => this.admit(), 1);
  }

  /** Counts first and looks then, so that two threads can't take the same place. */
  #takePlace(): boolean {
    if (this.#census.enter(1) <= this.#places()) return true;
    this.#census.enter(-1);
    return false;
  }

  #remove(guest: Guest): void {
    clearTimeout(guest.timer);
    if (this.#outside.delete(guest)) this.#census.wait(-1);
  }

  /** Admits whenever a place is announced, in whatever thread. */
  async #listen(): Promise<void> {
    if (this.#isListening) return;
    this.#isListening = true;
    while (this.#outside.size > 0) {
      const { announced } = this.#census;
      this.admit();
      if (this.#outside.size > 0) await this.#census.nextPlace(announced);
    }
    this.#isListening = false;
  }
}
