import { type Document, isMap as isMapNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { ask, meantBy } from './nearest.ts';
import { flagOf, type OptionName, optionNames, standardOf } from './options.ts';
import { textIn } from './small-file.ts';

/** What a configuration file says: for each option that it has, the text that its flag would have, and the line that it is on. */
export interface FileSettings {
  readonly texts: ReadonlyMap<OptionName, string>;
  readonly lines: ReadonlyMap<OptionName, number>;
  /** What is wrong with the file itself, one sentence each. */
  readonly problems: readonly string[];
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
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number) => counter.linePos(offset).line;
  if (document.errors.length > 0) {
    return nothingBut(...document.errors.map((error) => `${path}, line ${lineAt(error.pos[0])}: ${complaintAbout(error)}`));
  }
  const settings = settingsIn(document, lineAt);
  // An empty file is more likely one that is just being written than the wish to have all defaults.
  if (!settings) return nothingBut(`${path}: has no settings; give lines such as policy: round-robin`);
  const read = settings.map(({ key, value, line, entryLines }) => ({ line, setting: settingOf(key, value), entryLines }));
  const good = read.flatMap(({ setting, line }) => ('text' in setting ? [{ ...setting, line }] : []));
  return {
    texts: new Map(good.map(({ name, text }) => [name, text])),
    lines: new Map(good.map(({ name, line }) => [name, line])),
    problems: read.flatMap(({ setting, line, entryLines }) => {
      if ('text' in setting) return [];
      const at = setting.entry === undefined ? line : (entryLines[setting.entry] ?? line);
      return [`${path}, line ${at}: ${setting.problem}`];
    }),
  };
}

/** What is no YAML, in words of ours where it is a usual mistake. */
function complaintAbout({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins; keep all settings in one, without a line --- between them';
  if (code === 'DUPLICATE_KEY') return 'this setting is given twice; keep one';
  return `is no YAML: ${message}`;
}

/** A line of the file, and where the entries of its list are. */
interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly line: number;
  readonly entryLines: readonly number[];
}

function settingsIn(document: Document.Parsed, lineAt: (offset: number) => number): Setting[] | undefined {
  const content: unknown = document.toJS();
  if (!isMap(content) || !isMapNode(document.contents)) return undefined;
  return document.contents.items.map(({ key, value }) => {
    const name = String(key);
    const line = lineAt((key as Node).range?.[0] ?? 0);
    const entryLines = isSeq(value) ? value.items.map((item) => lineAt((item as Node).range?.[0] ?? 0)) : [];
    return { key: name, value: content[name], line, entryLines };
  });
}

/** An option and its text, or what is wrong, and at which entry of a list. */
type Read = { readonly name: OptionName; readonly text: string } | { readonly problem: string; readonly entry?: number };

function settingOf(key: string, value: unknown): Read {
  const name = optionNames.find((option) => option !== 'config' && flagOf(option) === key);
  if (!name) return { problem: `${key}: unknown setting${ask(meantBy(key, settable))}; see --help for those there are` };
  if (value === null) return { problem: `${key}: has no value; ${example(name)}` };
  if (Array.isArray(value) && lists.has(key)) return listOf(name, value);
  const text = scalarText(value);
  if (text !== undefined) return { name, text };
  return { problem: `${key}: is ${Array.isArray(value) ? 'a list' : 'a map'}, and can only be one value; ${example(name)}` };
}

const settable = optionNames.filter((name) => name !== 'config').map(flagOf);

function example(name: OptionName): string {
  return `give one such as ${flagOf(name)}: ${name === 'origins' ? 'http://localhost:8081' : standardOf(name)}`;
}

/** Settings that may be lists. */
const lists: ReadonlySet<string> = new Set(['origins', 'trusted-proxies', 'trusted-fields', 'admin-allow', 'health-status']);

/** A list as its flag would have it, with commas between; an origin that is a map as `url weight=N backup`. */
function listOf(name: OptionName, list: readonly unknown[]): Read {
  const entries = list.map((entry) => (isMap(entry) && name === 'origins' ? originText(entry) : scalarText(entry)));
  const wrong = entries.indexOf(undefined);
  if (wrong === -1) return { name, text: entries.join(', ') };
  const entry = list[wrong];
  const what = isMap(entry) ? keysOf(entry) : Array.isArray(entry) ? 'is a list' : 'is empty';
  const right =
    name === 'origins'
      ? 'an origin is a URL, such as http://localhost:8081, or has the keys url, weight and backup (true or false)'
      : 'each entry is one value';
  return { problem: `${flagOf(name)}: entry ${wrong + 1} ${what}; ${right}`, entry: wrong };
}

function keysOf(entry: Record<string, unknown>): string {
  const keys = Object.keys(entry);
  return keys.length === 0 ? 'is an empty map' : `has the ${keys.length > 1 ? 'keys' : 'key'} ${keys.join(', ')}`;
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function originText({ url, weight, backup, ...strangers }: Record<string, unknown>): string | undefined {
  if (typeof url !== 'string' || Object.keys(strangers).length > 0 || (backup !== undefined && typeof backup !== 'boolean'))
    return undefined;
  return [url, ...(weight === undefined ? [] : [`weight=${weight}`]), ...(backup ? ['backup'] : [])].join(' ');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
