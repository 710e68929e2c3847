import { measure } from '../../../balancer/src/simulate/measure.ts';
import type { Outcomes, Runs } from '../chapter.ts';

/** Plays worlds to their end, one after the other, with the same seed. */
export function play({ scenarios, seed }: Runs): Outcomes {
  return Object.fromEntries(Object.entries(scenarios).map(([name, scenario]) => [name, measure(scenario, seed)]));
}
