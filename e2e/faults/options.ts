import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.ts';

/** What the fault lab is asked to do. */
export interface Options {
  readonly chosen: readonly Scenario[];
  readonly short: boolean;
  /** How often everything is run. */
  readonly times: number;
  /** Whether the table goes into docs/faults.md. */
  readonly write: boolean;
  /** Flags for every balancer. */
  readonly flags: readonly string[];
}

/** Reads the command line; what stands behind `--` is for the balancers. Throws with a sentence for whoever wrote it. */
export function readOptions(args: readonly string[], scenarios: readonly Scenario[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { only: { type: 'string' }, short: { type: 'boolean' }, times: { type: 'string', default: '1' }, write: { type: 'boolean' } },
  });
  const names = values.only?.split(',').map((name) => name.trim());
  const unknown = names?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`--only: ${unknown.join(', ')} is not among ${scenarios.map(({ name }) => name).join(', ')}`);
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1) throw new Error(`--times: ${values.times} is not a whole number from 1 up`);
  if (values.write && (names || values.short))
    throw new Error('--write: only a whole run belongs into docs/faults.md; leave out --only and --short');
  return {
    chosen: names ? scenarios.filter(({ name }) => names.includes(name)) : scenarios,
    ...{ short: values.short === true, times, write: values.write === true, flags: positionals },
  };
}
