import { seeded } from '../../balancer/src/brain/seeded.ts';

/** Random choices, all from one seed. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** A whole number from one to another, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  oneOf<One>(...all: readonly One[]): One {
    return all[Math.floor(this.#random() * all.length)] as One;
  }

  /** True in that part of the cases. */
  chance(part: number): boolean {
    return this.#random() < part;
  }

  upTo(most: number): number {
    return this.#random() * most;
  }
}
