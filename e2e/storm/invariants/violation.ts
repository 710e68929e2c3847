/** Something was not as it must always be. */
export class Violation extends Error {}

/** Throws a Violation where something is not as it must always be. */
export function must(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Violation(problem);
}
