import { parseArgs } from 'node:util';
import { policies } from '../../balancer/src/brain/select/policies.ts';
import { count, duration, InvalidValue, oneOf, text } from '../../balancer/src/config/values.ts';
import { lessons } from '../../balancer/src/simulate/lessons.ts';
import type { Ability } from '../../balancer/src/simulate/origin.ts';
import { capacityOf, type Scenario } from './run.ts';

/** What the simulation is asked to do. */
export interface Options {
  readonly scenario: Scenario;
  readonly policies: readonly string[];
  /** The first seed, and how many runs with a seed each there are of every policy. */
  readonly seed: number;
  readonly seeds: number;
  /** What to play instead, if anything: the name of a lesson. */
  readonly lesson: string | undefined;
  /** The file with what to play instead, if any. */
  readonly file: string | undefined;
  /** Where to write the picture, if anywhere. */
  readonly svg: string | undefined;
}

/** Options that can't be used; `problems` has one sentence each, led by the option's name. */
export class OptionsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Fewer requests than this say nothing. */
const fewestRequests = 100;

/** More requests than this would take minutes and gigabytes. */
const mostRequests = 20_000_000;

const settings = {
  origins: ['10ms,10ms,10ms,40ms', 'the mean time that each origin takes for a request', paces],
  load: ['75%', 'the requests that come, as a part of what all origins can do together', percentage],
  policies: ['all', `which policies, or all: ${Object.keys(policies).join(', ')}`, policyNames],
  seconds: ['60', 'how long requests come', count(1, 86_400)],
  seeds: ['5', 'runs of each policy, each with other requests', count(1, 1000)],
  seed: ['1', 'the seed of the first run; the same seeds give the same figures', count(0, 1_000_000)],
  workers: ['1', 'requests that an origin works on at once; the others wait in line', count(1, 10_000)],
  clients: ['1000', 'clients, which are the keys of the policies that hash', count(1, 1_000_000)],
  timeout: ['5s', 'after which a request counts as failed', duration],
  'max-connections': ['512', 'requests that one origin gets at once', count(1, 1_000_000)],
  lesson: [
    'none',
    `instead of all that, what only the whole brain shows: ${Object.keys(lessons).join(', ')}`,
    oneOf('none', ...Object.keys(lessons)),
  ],
  scenario: ['none', 'instead of all that, a file with worlds, as the playground of the course saves it; its seed counts', text],
  svg: ['none', 'file for a picture of the result', text],
} as const satisfies Record<string, readonly [string, string, (text: string) => unknown]>;

type Values = { readonly [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name][2]> };

/** Every option with its default and what it is for. */
export function help(): string {
  const rows = Object.entries(settings).map(([name, [standard, about]]) => `  ${`--${name}`.padEnd(20)}${about} (default: ${standard})`);
  return ['Usage: npm run simulate -- [options]', '', 'Shows what each policy does to the time that requests take.', '', ...rows].join(
    '\n',
  );
}

/** Reads the command line. Throws OptionsError with every problem at once; nothing when help was asked for. */
export function readOptions(args: readonly string[]): Options | undefined {
  const given = flagsIn(args);
  if (given['help'] !== undefined) return undefined;
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([name, [standard, , read]]) => [
    name,
    readValue(name, given[name] ?? standard, read, problems),
  ]);
  if (problems.length > 0) throw new OptionsError(problems);
  return optionsFrom(Object.fromEntries(entries) as Values);
}

function flagsIn(args: readonly string[]): Record<string, string | boolean | undefined> {
  const known = Object.fromEntries(Object.keys(settings).map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], options: { ...known, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new OptionsError([`${(error as Error).message}; see --help`]);
  }
}

function readValue(name: string, given: string | boolean, read: (text: string) => unknown, problems: string[]): unknown {
  try {
    return read(String(given));
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    problems.push(...error.problems.map((problem) => `--${name}: ${problem}`));
    return undefined;
  }
}

function optionsFrom(values: Values): Options {
  const { load, seconds, clients, timeout, workers, seed, seeds, lesson, svg, scenario: file } = values;
  const origins: Ability[] = values.origins.map((pace) => ({ pace, workers }));
  const requests = Math.round(capacityOf(origins) * load * seconds * seeds);
  if (requests < fewestRequests || requests > mostRequests) {
    const advice = requests > mostRequests ? 'fewer' : 'more';
    throw new OptionsError([`--seconds: about ${requests} requests would come for each policy; give ${advice} seconds or seeds`]);
  }
  return {
    scenario: { origins, load, seconds, clients, timeout, maxConnections: values['max-connections'] },
    policies: values.policies,
    seed,
    seeds,
    lesson: lesson === 'none' ? undefined : lesson,
    file: file === 'none' ? undefined : file,
    svg: svg === 'none' ? undefined : svg,
  };
}

function paces(list: string): readonly number[] {
  return list.split(',').map((entry) => duration(entry.trim()));
}

function percentage(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const part = Number(digits) / 100;
  if (!(part > 0 && part <= 10)) throw new InvalidValue(`"${text}" is not a load; give a percentage above 0% and up to 1000%, such as 75%`);
  return part;
}

function policyNames(list: string): readonly string[] {
  const known = Object.keys(policies);
  return list === 'all' ? known : list.split(',').map((name) => oneOf(...known, 'all')(name.trim()));
}
