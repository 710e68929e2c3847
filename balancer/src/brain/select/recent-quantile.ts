/** Figures that are remembered; an older one gives way to a newer. */
const span = 64;

/** A quantile of the figures that came in lately. */
export class RecentQuantile {
  readonly #quantile: number;
  /** In order of arrival, and in order of size. */
  readonly #arrived: number[] = [];
  readonly #sorted: number[] = [];
  #next = 0;

  /** `quantile` is from 0 to 1. */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  /** The least figure that as many as the quantile says don't exceed; Infinity before the first figure. */
  get value(): number {
    return this.#sorted[Math.ceil(this.#quantile * this.#sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
  }

  /** Takes a figure in. The one that it replaces leaves a gap, which is moved to where the new one belongs. */
  add(figure: number): void {
    const sorted = this.#sorted;
    const oldest = this.#arrived[this.#next];
    let gap = oldest === undefined ? sorted.length : sorted.indexOf(oldest);
    for (; figure < (sorted[gap - 1] ?? figure); gap -= 1) sorted[gap] = sorted[gap - 1] ?? figure;
    for (; figure > (sorted[gap + 1] ?? figure); gap += 1) sorted[gap] = sorted[gap + 1] ?? figure;
    sorted[gap] = figure;
    this.#arrived[this.#next] = figure;
    this.#next = (this.#next + 1) % span;
  }
}
