/** Probes of an origin that are remembered. */
const mostKept = 20;

/** One probe of an origin. */
export interface Probe {
  /** When it ended, in ms on the pool's clock. */
  readonly at: number;
  readonly tookMs: number;
  /** What was wrong, in a few words; missing where the origin was well. */
  readonly problem?: string;
}

/** The latest probes of an origin, oldest first. */
export class Probes {
  readonly #kept: Probe[] = [];

  /** Takes one in. */
  add(at: number, tookMs: number, problem: string | undefined): void {
    this.#kept.push(problem === undefined ? { at, tookMs } : { at, tookMs, problem });
    if (this.#kept.length > mostKept) this.#kept.shift();
  }

  get latest(): readonly Probe[] {
    return this.#kept;
  }
}
