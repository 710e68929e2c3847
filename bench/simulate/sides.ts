import { measure } from '../../balancer/src/simulate/measure.ts';
import type { ScenarioFile } from '../../balancer/src/simulate/scenario-file.ts';
import { aligned, percent } from './words.ts';

/** Plays the worlds of a file side by side, and says what they came to: the same figures as on the course's pages. */
export function sidesInWords({ seed, sides }: ScenarioFile): string[] {
  const heads = ['', 'answered', 'failed', 'p50 ms', 'p99 ms', 'p99.9 ms', 'average ms', 'tries a request', 'shares'];
  const rows = sides.map(({ name, scenario }) => {
    const { answered, failed, p50, p99, p999, mean, amplification, taken } = measure(scenario, seed);
    const all = Math.max(
      1,
      taken.reduce((sum, one) => sum + one, 0),
    );
    const shares = taken.map((one) => percent(one / all, 0)).join(' ');
    return [
      name,
      String(answered),
      String(failed),
      p50.toFixed(1),
      p99.toFixed(1),
      p999.toFixed(1),
      mean.toFixed(1),
      amplification.toFixed(2),
      shares,
    ];
  });
  return [`seed ${seed}`, '', ...aligned([heads, ...rows])];
}
