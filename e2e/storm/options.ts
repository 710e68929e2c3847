import { parseArgs } from 'node:util';

/** What a storm is asked to do. */
export interface Options {
  /** The first seed, and how many there are. */
  readonly first: number;
  readonly seeds: number;
  /** How many failures are made smaller and shown. */
  readonly shown: number;
}

/** Reads the command line. Throws with a sentence for whoever wrote it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string' }, seeds: { type: 'string' }, first: { type: 'string' } },
  });
  if (values.seed !== undefined) return { first: whole('--seed', values.seed), seeds: 1, shown: 1 };
  return { first: whole('--first', values.first ?? '1'), seeds: whole('--seeds', values.seeds ?? '2000'), shown: 3 };
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option}: ${text} is not a whole number from 1 up`);
  return number;
}
