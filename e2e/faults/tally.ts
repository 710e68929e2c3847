import type { Sample } from './clients.ts';

/** Whether a client would call it a failure: the lab asks for nothing that could be refused, so anything but success is one. */
export function isFailure({ result }: Sample): boolean {
  return typeof result === 'string' || result >= 400;
}

/** How many of each kind of failure there are, in words: `none`, or `502 × 3, ECONNRESET × 1`. */
export function failuresIn(samples: readonly Sample[]): string {
  const counts = new Map<number | string, number>();
  for (const { result } of samples.filter(isFailure)) counts.set(result, (counts.get(result) ?? 0) + 1);
  return counts.size === 0 ? 'none' : [...counts].map(([kind, count]) => `${kind} × ${count}`).join(', ');
}

/** The value that the given share of values does not exceed; 0 where there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** The latency that 99 of 100 samples stay under, in ms. */
export function p99(samples: readonly Sample[]): number {
  return percentile(
    samples.map(({ ms }) => ms),
    0.99,
  );
}

/**
 * The latency that nearly all samples don't exceed, in ms, and its name: p99, or in the short form p90, since on a machine that does other
 * things as well the slowest few say more about those.
 */
export function tailOf(samples: readonly Sample[], short: boolean): { readonly ms: number; readonly name: string } {
  const part = short ? 0.9 : 0.99;
  return {
    ms: percentile(
      samples.map(({ ms }) => ms),
      part,
    ),
    name: short ? 'p90' : 'p99',
  };
}

/** The longest latency, in ms. */
export function longest(samples: readonly Sample[]): number {
  return samples.reduce((most, { ms }) => Math.max(most, ms), 0);
}
