import { atTheTop, strangerAt } from './elsewhere.ts';
import { type Complain, type Entry, type Lined, linedOf, UnusableFile } from './lined.ts';
import { optionText } from './option-in-file.ts';
import { flagOf, type OptionName, optionNames } from './options.ts';
import { type PoolInFile, poolsIn } from './pools-in-file.ts';
import { textIn } from './small-file.ts';
import { type TlsInFile, tlsIn } from './tls-in-file.ts';
import { yaml } from './yaml.ts';

/** What a configuration file says: for each option that it has, the text that its flag would have, and the line that it is on. */
export interface FileSettings {
  readonly texts: ReadonlyMap<OptionName, string>;
  readonly lines: ReadonlyMap<OptionName, number>;
  /** What is wrong with the file itself, one sentence each. */
  readonly problems: readonly string[];
  /** Missing where the file has no `pools:`. */
  readonly pools?: readonly PoolInFile[];
  /** The line of the word `pools:`. */
  readonly poolsLine?: number;
  /** What stands behind `routes:`, if that is there: it can be read once all pools are known. */
  readonly routes?: Entry;
  /** Missing where the file has no `tls:`. */
  readonly tls?: TlsInFile;
}

/** Reads a YAML file whose keys are the names of flags; a list may be written as one. Never throws: what can't be read is a problem. */
export function readFile(path: string): FileSettings {
  try {
    return parse(textIn(path), path);
  } catch (error) {
    return nothingBut(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
  }
}

function nothingBut(...problems: string[]): FileSettings {
  return { texts: new Map(), lines: new Map(), problems };
}

function parse(source: string, path: string): FileSettings {
  const { LineCounter, parseDocument } = yaml();
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const at = (line: number, problem: string) => `${path}, line ${line}: ${problem}`;
  if (document.errors.length > 0) {
    return nothingBut(...document.errors.map((error) => at(counter.linePos(error.pos[0]).line, complaintAbout(error))));
  }
  let content: Lined;
  try {
    content = linedOf(document, counter);
  } catch (error) {
    if (error instanceof UnusableFile) return nothingBut(at(error.line, error.message));
    throw error;
  }
  // An empty file is more likely one that is just being written than the wish to have all defaults.
  if (content.kind !== 'map') return nothingBut(`${path}: has no settings; give lines such as policy: round-robin`);
  return settingsIn(content.entries, at);
}

/** What is no YAML, in words of ours where it is a usual mistake. */
function complaintAbout({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins; keep all settings in one, without a line --- between them';
  if (code === 'DUPLICATE_KEY') return 'this setting is given twice; keep one';
  return `is no YAML: ${message}`;
}

function settingsIn(entries: readonly Entry[], at: (line: number, problem: string) => string): FileSettings {
  const problems: string[] = [];
  const complain = (line: number, problem: string) => void problems.push(at(line, problem));
  const special = new Map(entries.filter(({ key }) => specialKeys.has(key)).map((entry) => [entry.key, entry]));
  const [pools, routes, tls] = ['pools', 'routes', 'tls'].map((key) => special.get(key));
  const own = {
    ...optionsIn(
      entries.filter(({ key }) => !specialKeys.has(key)),
      complain,
    ),
    problems,
    ...(pools ? { pools: poolsIn(pools, complain), poolsLine: pools.line } : {}),
    ...(routes ? { routes } : {}),
  };
  return tls ? joined(own, tlsIn(tls, complain), complain) : own;
}

/** Keys that are no options: what stands behind them only a file can say. */
const specialKeys: ReadonlySet<string> = new Set(['pools', 'routes', 'tls']);

function optionsIn(entries: readonly Entry[], complain: Complain): Pick<FileSettings, 'texts' | 'lines'> {
  const texts = new Map<OptionName, string>();
  const lines = new Map<OptionName, number>();
  for (const entry of entries) {
    const read = settingOf(entry);
    if ('problem' in read) complain(read.line, read.problem);
    else {
      texts.set(read.name, read.text);
      lines.set(read.name, entry.line);
    }
  }
  return { texts, lines };
}

/** What stands behind `tls:` counts as it would at the top, where it must not be as well. */
function joined(own: FileSettings, tls: TlsInFile, complain: Complain): FileSettings {
  for (const [name, line] of tls.lines) {
    const other = own.lines.get(name);
    if (other !== undefined) complain(line, `tls: ${flagOf(name)} is given in line ${other} as well; keep one`);
  }
  return { ...own, texts: new Map([...own.texts, ...tls.texts]), lines: new Map([...own.lines, ...tls.lines]), tls };
}

/** An option and its text, or what is wrong, and on which line. */
type Read = { readonly name: OptionName; readonly text: string } | { readonly problem: string; readonly line: number };

function settingOf(entry: Entry): Read {
  const name = optionNames.find((option) => option !== 'config' && flagOf(option) === entry.key);
  if (!name) return { problem: `${entry.key}: ${strangerAt(vocabulary, entry.key)}`, line: entry.line };
  return { name, ...optionText(name, entry) };
}

const vocabulary = {
  what: 'setting',
  known: [...specialKeys, ...optionNames.filter((name) => name !== 'config').map(flagOf)],
  elsewhere: atTheTop,
  list: 'see --help for those there are',
};
