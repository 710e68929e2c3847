import { inPools, strangerAt } from './elsewhere.ts';
import { type Complain, type Entry, kindOf, type LinedMap } from './lined.ts';
import { optionText } from './option-in-file.ts';
import { flagOf, type OptionName, optionNames } from './options.ts';
import { poolOption, poolOptions } from './pool-options.ts';

/** A pool as the file has it: for each option that it has for itself, the text that the flag would have, and its line. */
export interface PoolInFile {
  readonly name: string;
  readonly line: number;
  readonly texts: ReadonlyMap<OptionName, string>;
  readonly lines: ReadonlyMap<OptionName, number>;
}

const nameOfPool = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** What is wrong with a pool's name, in a sentence; nothing where it can be one. */
export function problemWithPoolName(name: string): string | undefined {
  return nameOfPool.test(name) ? undefined : 'is no name; give 1 to 63 of a-z, 0-9, - and _, a letter or digit first';
}

const such = 'such as shop: { origins: [http://localhost:3000] }';

/** Reads the map of pools, with those whose names can't be. What is wrong is complained about. */
export function poolsIn({ key, line, value }: Entry, complain: Complain): PoolInFile[] {
  if (value.kind !== 'map') {
    complain(line, `${key}: is ${kindOf(value)}; give a map of pools, ${such}`);
    return [];
  }
  if (value.entries.length === 0) complain(line, `${key}: has no pool; give one, ${such}`);
  return value.entries.map((entry) => poolIn(entry, complain));
}

function poolIn({ key: name, line, value }: Entry, complain: Complain): PoolInFile {
  const wrong = (at: number, problem: string) => complain(at, `pool ${name}: ${problem}`);
  const wrongName = problemWithPoolName(name);
  if (wrongName !== undefined) wrong(line, wrongName);
  if (value.kind === 'map') return { name, line, ...settingsIn(line, value, wrong) };
  wrong(line, `is ${kindOf(value)}; give its settings, ${such}`);
  return { name, line, texts: new Map(), lines: new Map() };
}

function settingsIn(line: number, { entries }: LinedMap, complain: Complain): Pick<PoolInFile, 'texts' | 'lines'> {
  const texts = new Map<OptionName, string>();
  const lines = new Map<OptionName, number>();
  for (const entry of entries) {
    const name = poolOption(entry.key);
    if (name === undefined) {
      complain(entry.line, `${entry.key}: ${complaintAbout(entry.key)}`);
      continue;
    }
    lines.set(name, entry.line);
    const read = optionText(name, entry);
    if ('text' in read) texts.set(name, read.text);
    else complain(read.line, read.problem);
  }
  if (!lines.has('origins')) complain(line, 'has no origins; give some, such as origins: [http://localhost:3000]');
  return { texts, lines };
}

const vocabulary = {
  what: 'setting of a pool',
  known: poolOptions.map(flagOf),
  elsewhere: inPools,
  list: `a pool has ${poolOptions.map(flagOf).join(', ')}`,
};

function complaintAbout(key: string): string {
  const isForAll = optionNames.some((name) => name !== 'config' && flagOf(name) === key);
  if (isForAll) return 'holds for the whole balancer; put it at the top of the file';
  return strangerAt(vocabulary, key);
}
