import { boundedHash } from './bounded-hash.ts';
import { first } from './first.ts';
import { leastRequests } from './least-requests.ts';
import { maglevHash } from './maglev-hash.ts';
import { peakEwma } from './peak-ewma.ts';
import type { PolicyFactory } from './policy.ts';
import { prequal } from './prequal.ts';
import { random } from './random.ts';
import { rendezvousHash } from './rendezvous-hash.ts';
import { roundRobin } from './round-robin.ts';
import { twoChoices } from './two-choices.ts';

/** Every policy by its public name: the only registry, which `--policy` accepts and `--help` lists. */
export const policies: Readonly<Record<string, PolicyFactory>> = {
  'round-robin': roundRobin,
  random,
  'least-requests': leastRequests,
  'two-choices': twoChoices,
  'peak-ewma': peakEwma,
  prequal,
  'rendezvous-hash': rendezvousHash,
  'maglev-hash': maglevHash,
  'bounded-hash': boundedHash,
  first,
};

/** A policy's number in the registry, from 0: by that its picks are counted. */
export function policyNumberOf(name: string): number {
  return Object.keys(policies).indexOf(name);
}
