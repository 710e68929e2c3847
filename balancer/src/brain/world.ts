/** What the brain is handed of the world: time and chance. The balancer's are real; a simulation's or a page's may be its own. */
export interface World {
  /** The time in ms, on a clock that all threads share and that never goes back. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Does something after so many ms. The returned function gives that up. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Does something once all that runs now has come to its end. */
  readonly soon: (work: () => void) => void;
}
