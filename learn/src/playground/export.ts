import { writeScenarioFile } from '../../../balancer/src/simulate/scenario-file.ts';
import { type Setup, sidesOf } from './setup.ts';

/** The setup as a file for `npm run simulate -- --scenario FILE`, which comes to the same figures. */
export function scenarioFile(setup: Setup): string {
  return writeScenarioFile({ version: 1, seed: setup.seed, sides: sidesOf(setup) });
}
