import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { flagOf, type OptionName, optionNames } from './options.ts';

/** What a configuration file says: for each option that it has, the text that its flag would have. */
export interface FileSettings {
  readonly texts: ReadonlyMap<OptionName, string>;
  /** What is wrong with the file itself, one sentence each. */
  readonly problems: readonly string[];
}

/** Reads a YAML file whose keys are the names of flags; a list may be written as one. Never throws: what can't be read is a problem. */
export function readFile(path: string): FileSettings {
  try {
    return parse(readFileSync(path, 'utf8'), path);
  } catch (error) {
    return {
      texts: new Map(),
      problems: [`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`],
    };
  }
}

function parse(source: string, path: string): FileSettings {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => `${path}, line ${lines.linePos(pos[0]).line}: ${message}`);
    return { texts: new Map(), problems };
  }
  const content: unknown = document.toJS();
  // An empty file is more likely one that is just being written than the wish to have all defaults.
  if (!isMap(content)) return { texts: new Map(), problems: [`${path}: has no settings; give lines such as policy: round-robin`] };
  const settings = Object.entries(content).map(([key, value]) => settingOf(key, value));
  return {
    texts: new Map(settings.flatMap((setting) => (typeof setting === 'string' ? [] : [setting]))),
    problems: settings.filter((setting) => typeof setting === 'string').map((problem) => `${path}: ${problem}`),
  };
}

/** One line of the file as an option and its text, or what is wrong with it. */
function settingOf(key: string, value: unknown): [OptionName, string] | string {
  const name = optionNames.find((option) => option !== 'config' && flagOf(option) === key);
  if (!name) return `${key}: unknown setting; see --help for those there are`;
  const text = Array.isArray(value) && !lists.has(key) ? undefined : textOf(value);
  return text === undefined ? `${key}: is not a value that it can have; write it as its flag has it` : [name, text];
}

/** Settings that may be lists. */
const lists: ReadonlySet<string> = new Set(['origins', 'trusted-proxies', 'admin-allow']);

/** A value as its flag would have it: a list with commas between, an origin that is a map as `url weight=N backup`. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const entries = value.map((entry) => (isMap(entry) ? originText(entry) : scalarText(entry)));
    return entries.includes(undefined) ? undefined : entries.join(', ');
  }
  return scalarText(value);
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
