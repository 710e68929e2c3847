/** How many exchanges may wait for a place, and how long. */
export interface RoomLimits {
  /** Exchanges that wait for a place. */
  readonly maxWaiting: number;
  /** The longest wait, in ms. */
  readonly maxWait: number;
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
  #limits: RoomLimits;
  #inside = 0;
  /** In order of arrival; a Set, since whoever leaves early gives up a place in the middle. */
  readonly #outside = new Set<Guest>();

  /** `places` tells how many exchanges may run at once, as of now. */
  constructor(places: () => number, limits: RoomLimits) {
    this.#places = places;
    this.#limits = limits;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#outside.size > 0 || this.#inside >= this.#places()) return false;
    this.#inside += 1;
    return true;
  }

  /**
   * Waits for a place. `told` is called once: with true when there is one, with false when it took too long. The returned
   * function gives the wait up; `told` is then never called. Returns nothing, and never calls, where too many wait already.
   */
  wait(told: (admitted: boolean) => void): (() => void) | undefined {
    if (this.#outside.size >= this.#limits.maxWaiting) return undefined;
    const guest: Guest = {
      told,
      timer: setTimeout(() => {
        this.#outside.delete(guest);
        told(false);
      }, this.#limits.maxWait),
    };
    this.#outside.add(guest);
    return () => {
      clearTimeout(guest.timer);
      this.#outside.delete(guest);
    };
  }

  /**
   * Gives a place back; whoever has waited longest gets it, once this turn of the event loop is over: who leaves may still
   * hold a lease until then.
   */
  leave(): void {
    this.#inside -= 1;
    if (this.#outside.size > 0) setImmediate(() => this.admit());
  }

  /** Lets in whoever has waited longest while there are free places; to be called when there may be more of them. */
  admit(): void {
    for (const guest of this.#outside) {
      if (this.#inside >= this.#places()) return;
      clearTimeout(guest.timer);
      this.#outside.delete(guest);
      this.#inside += 1;
      guest.told(true);
    }
  }

  /** Takes other limits for who comes from now on. */
  configure(limits: RoomLimits): void {
    this.#limits = limits;
  }
}
