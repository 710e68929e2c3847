import type { ExchangeBrief } from '../api.ts';
import { Dot } from './dot.ts';

/** Dots that are on the screen at once. */
const mostDots = 40;

/** The time over which it is worked out for how many requests one dot stands, in ms. */
const window = 1000;

/** All dots on the screen. More requests than that are not drawn, and each dot then stands for several. */
export class Crowd {
  readonly #dots = new Map<string, Dot>();
  #counts: { readonly at: number; readonly came: number; readonly drawn: number }[] = [];

  get dots(): Iterable<Dot> {
    return this.#dots.values();
  }

  /** Takes in exchanges that began, went on or ended, and how many more there were. */
  take(exchanges: readonly ExchangeBrief[], unseen: number, now: number): void {
    let came = unseen;
    let drawn = 0;
    for (const brief of exchanges) {
      const dot = this.#dots.get(brief.id);
      if (dot) {
        dot.brief = brief;
        continue;
      }
      came += 1;
      if (this.#dots.size >= mostDots) continue;
      this.#dots.set(brief.id, new Dot(brief, now));
      drawn += 1;
    }
    this.#counts = [...this.#counts.filter(({ at }) => now - at < window), { at: now, came, drawn }];
  }

  /** Takes out those that are back at their clients. */
  sweep(now: number): void {
    for (const [id, dot] of this.#dots) if (!dot.at(now)) this.#dots.delete(id);
  }

  clear(): void {
    this.#dots.clear();
    this.#counts = [];
  }

  /** For how many requests one dot stands, lately. */
  get requestsPerDot(): number {
    const came = this.#counts.reduce((sum, count) => sum + count.came, 0);
    const drawn = this.#counts.reduce((sum, count) => sum + count.drawn, 0);
    return Math.max(1, Math.round(came / Math.max(1, drawn)));
  }
}
