import { parseArgs } from 'node:util';
import { type Case, caseIn } from './case.ts';

/** What a run of the fuzzer is asked to do. */
export interface Options {
  /** What everything follows from. */
  readonly seed: number;
  /** How many cases for each number of threads. */
  readonly cases: number;
  readonly threads: readonly number[];
  readonly tree: string;
  /** A case to throw instead of new ones. */
  readonly input: Case | undefined;
}

/** Reads the command line; a seed is drawn where none is given. Throws with a sentence for whoever wrote it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seed: { type: 'string' }, cases: { type: 'string' }, threads: { type: 'string', default: '1,2' } },
      ...{ short: { type: 'boolean' }, tree: { type: 'string', default: '' }, input: { type: 'string' } },
    },
  });
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('--seed', values.seed),
    cases: whole('--cases', values.cases ?? (values.short ? '1200' : '20000')),
    threads: values.threads.split(',').map((text) => whole('--threads', text)),
    tree: values.tree,
    input: values.input === undefined ? undefined : caseIn(values.input),
  };
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option}: ${text} is not a whole number from 1 up`);
  return number;
}
