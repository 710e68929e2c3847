import { strangerAt, type Vocabulary } from './elsewhere.ts';
import { type Complain, type Entry, kindOf, wordsOf } from './lined.ts';
import { InvalidValue } from './values.ts';

/** Reads what stands behind a word of the file; nothing where that can't be used, which it has complained about then. */
export type Reader<Value> = (entry: Entry, complain: Complain) => Value | undefined;

/** Reads a text; throws InvalidValue. */
type TextReader<Value> = (text: string) => Value;

/** Makes a reader of one value. `such` is an example of the word and its value. */
export function one<Value>(such: string, read: TextReader<Value>): Reader<Value> {
  return ({ key, line, value }, complain) => {
    const text = wordsOf(value);
    if (text !== undefined) return readText(text, read, (problem) => complain(line, `${key}: ${problem}`));
    complain(line, `${key}: ${insteadOfOne(value)}; give one such as ${such}`);
    return undefined;
  };
}

/** Makes a reader of one value or a list of some. */
export function some<Value>(such: string, read: TextReader<Value>): Reader<readonly Value[]> {
  return (entry, complain) => {
    const { key, line, value } = entry;
    if (value.kind !== 'list') return one(such, (text) => [read(text)])(entry, complain);
    if (value.items.length === 0) complain(line, `${key}: is an empty list; give some such as ${such}`);
    const found = value.items.map((item, i) =>
      one(such, (text) => ({ read: read(text) }))({ key: `${key}: entry ${i + 1}`, line: item.line, value: item }, complain),
    );
    return allOf(found)?.map((each) => each.read);
  };
}

/** Makes a reader of a map of any keys. `read` is given each of them. */
export function mapOf<Value>(such: string, read: Reader<Value>): Reader<readonly Value[]> {
  return ({ key, line, value }, complain) => {
    if (value.kind !== 'map' || value.entries.length === 0) {
      complain(line, `${key}: is ${value.kind === 'map' ? 'an empty map' : kindOf(value)}; give a map such as ${such}`);
      return undefined;
    }
    const inside = (at: number, problem: string) => complain(at, `${key}: ${problem}`);
    return allOf(value.entries.map((entry) => read(entry, inside)));
  };
}

/** What words a map may have, each with its reader. */
export type Words = Readonly<Record<string, Reader<unknown>>>;

/** What was read of a map: each word that it has. */
export type ReadWords<Known extends Words> = { readonly [Word in keyof Known]?: Exclude<ReturnType<Known[Word]>, undefined> };

/** Reads a map of known words; nothing where any of them can't be used. */
export function wordsIn<Known extends Words>(
  known: Known,
  vocabulary: Omit<Vocabulary, 'known'>,
  entries: readonly Entry[],
  complain: Complain,
): ReadWords<Known> | undefined {
  const pairs = entries.map((entry) => {
    const read = Object.hasOwn(known, entry.key) ? known[entry.key] : undefined;
    const value = read?.(entry, complain);
    if (!read) complain(entry.line, `${entry.key}: ${strangerAt({ ...vocabulary, known: Object.keys(known) }, entry.key)}`);
    return value === undefined ? undefined : ([entry.key, value] as const);
  });
  const all = allOf(pairs);
  return all && (Object.fromEntries(all) as ReadWords<Known>);
}

function insteadOfOne(value: Entry['value']): string {
  return value.kind === 'scalar' ? 'has no value' : `is ${kindOf(value)}, and can only be one value`;
}

/** What a text says to a reader; nothing where that complains. */
export function readText<Value>(text: string, read: TextReader<Value>, complain: (problem: string) => void): Value | undefined {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    for (const problem of error.problems) complain(problem);
    return undefined;
  }
}

/** All values; nothing where one is missing. */
function allOf<Value>(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const there = values.filter((value) => value !== undefined);
  return there.length === values.length ? there : undefined;
}
