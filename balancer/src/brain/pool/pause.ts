import type { World } from '../world.ts';
import type { Ledger } from './ledger.ts';

/** Holds the requests of a pool back for a while, in all threads: they wait for a place that nobody gets. */
export class Pause {
  readonly #ledger: Ledger;
  readonly #world: World;
  #stopClock = () => {};

  constructor(ledger: Ledger, world: World) {
    this.#ledger = ledger;
    this.#world = world;
  }

  /** How long it goes on, in ms; 0 where there is none. */
  get left(): number {
    const { pausedUntil } = this.#ledger;
    return pausedUntil === 0 ? 0 : Math.max(0, pausedUntil - this.#world.now());
  }

  /** Begins, or begins anew, and ends by itself after so many ms. */
  begin(ms: number): void {
    this.#stopClock();
    this.#ledger.pausedUntil = this.#world.now() + ms;
    this.#stopClock = this.#world.after(ms, () => this.end());
  }

  /** Lets those who wait go on. Does nothing where there is no pause. */
  end(): void {
    this.#stopClock();
    if (this.#ledger.pausedUntil !== 0) this.#ledger.pausedUntil = 0;
  }
}
