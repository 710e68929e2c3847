import type { World } from '../brain/world.ts';
import { Agenda } from './agenda.ts';

/** A world in which time goes on from one event to the next, and in which the same seed brings the same chances. */
export class SimulatedWorld implements World {
  readonly #agenda = new Agenda();
  readonly random: () => number;
  #time = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  /** Simulated ms since the beginning. */
  readonly now = () => this.#time;

  readonly after = (ms: number, work: () => void) => this.#agenda.add(this.#time + Math.max(0, ms), work);

  readonly soon = (work: () => void) => void this.#agenda.add(this.#time, work);

  /** Has the next event happen, unless that is later than a time; says whether one did. */
  step(until: number): boolean {
    const at = this.#agenda.earliest;
    if (at === undefined || at > until) return false;
    this.#time = at;
    this.#agenda.next()?.();
    return true;
  }
}
