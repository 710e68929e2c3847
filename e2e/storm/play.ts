import type { Scenario } from '../../balancer/src/simulate/scenario.ts';
import { Simulation } from '../../balancer/src/simulate/simulation.ts';
import { Inspector } from './invariants/inspector.ts';
import { Violation } from './invariants/violation.ts';

/** Steps after which a world is taken for one that never ends: five times as many as the longest of 2,000 seeds takes. */
const endless = 200_000;

/** Counts the steps as well, so that what goes round in circles is found, and does not hold up who looks for it. */
class Patience extends Inspector {
  readonly #most: number;
  #steps = 0;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override stepped(): void {
    super.stepped();
    this.#steps += 1;
    if (this.#steps > this.#most) throw new Violation(`it is not over after ${this.#most} steps`);
  }
}

/** What went wrong in a scenario, and when, in simulated ms. */
export interface Failure {
  readonly at: number;
  readonly problem: string;
  /** Where in the code, for who mends it. */
  readonly stack: string;
}

/** Plays a scenario and watches it; what went wrong, or nothing. A mistake in the code that is played is found like a violation, and so are too many steps. */
export function failureIn(scenario: Scenario, seed: number, mostSteps = endless): Failure | undefined {
  const inspector = new Patience(mostSteps);
  let simulation: Simulation | undefined;
  try {
    simulation = new Simulation(scenario, seed, inspector);
    inspector.inspect(simulation);
    simulation.run();
    inspector.atEnd();
    return undefined;
  } catch (error) {
    const { message, stack = '' } = error as Error;
    return { at: simulation?.world.now() ?? 0, problem: message, stack };
  }
}
