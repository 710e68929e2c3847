import type { Scenario } from '../../balancer/src/simulate/scenario.ts';
import { Simulation } from '../../balancer/src/simulate/simulation.ts';
import { Inspector } from './invariants.ts';

/** What went wrong in a scenario, and when, in simulated ms. */
export interface Failure {
  readonly at: number;
  readonly problem: string;
  /** Where in the code, for who mends it. */
  readonly stack: string;
}

/** Plays a scenario and watches it; what went wrong, or nothing. A mistake in the code that is played is found like a violation. */
export function failureIn(scenario: Scenario, seed: number): Failure | undefined {
  const inspector = new Inspector();
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
