import { first } from './first.ts';
import { leastRequests } from './least-requests.ts';
import { peakEwma } from './peak-ewma.ts';
import type { PolicyFactory } from './policy.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { twoChoices } from './two-choices.ts';

/** Every policy by its public name: the only registry, which `--policy` accepts and `--help` lists. */
export const policies: Readonly<Record<string, PolicyFactory>> = {
  'round-robin': roundRobin,
  random,
  'least-requests': leastRequests,
  'two-choices': twoChoices,
  'peak-ewma': peakEwma,
  first,
};
