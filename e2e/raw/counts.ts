import type { Status } from '../../balancer/src/admin/api.ts';

/** The counts in a status that are 0 when nobody is there. */
export function countsOf({ clients, running, waiting, origins }: Status): Record<string, number> {
  return { clients, running, waiting, inFlight: origins.reduce((sum, { inFlight }) => sum + inFlight, 0) };
}

/** Those that are not 0, in words. */
export function leftIn(counts: Readonly<Record<string, number>>): string {
  const left = Object.entries(counts).filter(([, count]) => count !== 0);
  return left.map(([name, count]) => `${name} ${count}`).join(', ');
}
