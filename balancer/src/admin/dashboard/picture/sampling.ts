import { mostDots } from './flights.ts';

/** How long a dot is on its way, in seconds, if its request takes next to nothing. */
const flightS = 1.4;

/** A dot stands for fewer again when no more than this part of it is needed, so that the figure doesn't go to and fro. */
const calm = 0.4;

/** How much of what was counted so far still counts with each tick. */
const memory = 0.8;

/**
 * Decides which exchanges get a dot. Up to what can be followed that is each; above, one dot stands for N of them, where N goes in
 * steps of 1, 2, 5, 10, so that the figure stays calm.
 */
export class Sampling {
  /** How many exchanges one dot stands for. */
  perDot = 1;
  #perSecond = 0;
  #last: number | undefined;
  #owed = 0;

  /** Counts what came with a tick: exchanges that are shown and new, and those that aren't shown. Returns how many get a dot. */
  admit(shown: number, unseen: number, now: number): number {
    this.#count(shown + unseen, now);
    if (this.perDot === 1) return shown;
    this.#owed += (shown + unseen) / this.perDot;
    const dots = Math.min(shown, Math.floor(this.#owed));
    this.#owed = Math.min(this.#owed - dots, 1);
    return dots;
  }

  #count(n: number, now: number): void {
    const seconds = Math.max(0.1, (now - (this.#last ?? now - 100)) / 1000);
    this.#last = now;
    const weight = memory ** (seconds * 10);
    this.#perSecond = this.#perSecond * weight + (n / seconds) * (1 - weight);
    const needed = (this.#perSecond * flightS) / mostDots;
    if (needed > this.perDot || needed < this.perDot * calm) this.perDot = stepAbove(needed);
  }
}

/** The next of 1, 2, 5, 10, 20 … that is at least so much. */
function stepAbove(needed: number): number {
  if (needed <= 1) return 1;
  const decade = 10 ** Math.floor(Math.log10(needed));
  return decade * ([1, 2, 5].find((step) => step * decade >= needed) ?? 10);
}
