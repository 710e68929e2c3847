/** How many exchanges may run at once, and how many may wait for that. */
export interface RoomLimits {
  /** Exchanges that run at once. */
  readonly places: number;
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
  readonly #limits: RoomLimits;
  #inside = 0;
  /** In order of arrival; a Set, since whoever leaves early gives up a place in the middle. */
  readonly #outside = new Set<Guest>();

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#inside >= this.#limits.places) return false;
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

  /** Gives a place back; whoever has waited longest gets it. */
  leave(): void {
    const [next] = this.#outside;
    if (!next) {
      this.#inside -= 1;
      return;
    }
    clearTimeout(next.timer);
    this.#outside.delete(next);
    next.told(true);
  }
}
