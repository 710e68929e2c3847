import { type Entry, kindOf, type Lined, type LinedMap, textOf } from './lined.ts';
import { flagOf, type OptionName, standardOf } from './options.ts';

/** The text that an option's flag would have, or what is wrong, in a sentence, and on which line. */
export type OptionText = { readonly text: string } | { readonly problem: string; readonly line: number };

/** Reads what stands behind an option's name in a file, where a list may be written as one. */
export function optionText(name: OptionName, { key, line, value }: Entry): OptionText {
  const text = textOf(value);
  if (text !== undefined) return { text };
  if (value.kind === 'scalar') return { problem: `${key}: has no value; ${example(name)}`, line };
  if (value.kind === 'list' && value.items.length === 0) return { problem: `${key}: is an empty list; ${example(name)}`, line };
  if (value.kind === 'list' && lists.has(name)) return listOf(name, value.items);
  return { problem: `${key}: is ${kindOf(value)}, and can only be one value; ${example(name)}`, line };
}

function example(name: OptionName): string {
  return `give one such as ${flagOf(name)}: ${name === 'origins' ? 'http://localhost:8081' : standardOf(name)}`;
}

/** Options that may be lists. */
const lists: ReadonlySet<OptionName> = new Set(['origins', 'trustedProxies', 'trustedFields', 'adminAllow', 'healthStatus', 'logFields']);

/** A list as its flag would have it, with commas between; an origin that is a map as `url weight=N backup proxy-protocol=v1`. */
function listOf(name: OptionName, list: readonly Lined[]): OptionText {
  const entries = list.map((entry) => (entry.kind === 'map' && name === 'origins' ? originText(entry) : textOf(entry)));
  const at = entries.indexOf(undefined);
  const wrong = list[at];
  if (wrong === undefined) return { text: entries.join(', ') };
  const what = wrong.kind === 'map' ? keysOf(wrong) : `is ${kindOf(wrong)}`;
  const right =
    name === 'origins'
      ? 'an origin is a URL, such as http://localhost:8081, or has the keys url, weight, backup (true or false) and proxy-protocol (v1 or v2)'
      : 'each entry is one value';
  return { problem: `${flagOf(name)}: entry ${at + 1} ${what}; ${right}`, line: wrong.line };
}

function keysOf({ entries }: LinedMap): string {
  const keys = entries.map(({ key }) => key);
  return keys.length === 0 ? 'is an empty map' : `has the ${keys.length > 1 ? 'keys' : 'key'} ${keys.join(', ')}`;
}

/** The keys that an origin may have which is a map. */
const keysOfOrigins = ['url', 'weight', 'backup', 'proxy-protocol'];

function originText({ entries }: LinedMap): string | undefined {
  const known = new Map(entries.map(({ key, value }) => [key, value]));
  const [url, weight, backup, version] = keysOfOrigins.map((key) => known.get(key));
  if (entries.some(({ key }) => !keysOfOrigins.includes(key))) return undefined;
  if (url?.kind !== 'scalar' || typeof url.value !== 'string' || !(backup === undefined || isTruth(backup))) return undefined;
  const words = [
    weight && `weight=${textOf(weight) ?? ''}`,
    backup && textOf(backup) === 'true' && 'backup',
    version && `proxy-protocol=${textOf(version) ?? ''}`,
  ];
  return [url.value, ...words.filter(Boolean)].join(' ');
}

function isTruth(value: Lined): boolean {
  return value.kind === 'scalar' && typeof value.value === 'boolean';
}
