import { first } from './first.ts';
import type { PolicyFactory } from './policy.ts';
import { roundRobin } from './round-robin.ts';

/** Every policy by its public name: the only registry, which `--policy` accepts and `--help` lists. */
export const policies: Readonly<Record<string, PolicyFactory>> = {
  'round-robin': roundRobin,
  first,
};
