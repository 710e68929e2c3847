import { type AcmeSettings, acmeReaders } from './acme.ts';
import { type Complain, type Entry, kindOf, type Lined, type LinedMap, textOf } from './lined.ts';
import { ask, meantBy } from './nearest.ts';
import { InvalidValue } from './values.ts';

/** What the file says of certificates that are to be had by themselves. */
export interface AcmeInFile {
  readonly line: number;
  /** Missing where something is wrong with it, which was complained about. */
  readonly settings?: AcmeSettings;
}

const such = 'such as acme: { hosts: [shop.example.com], email: me@example.com, store: /var/lib/balancer/acme }';

const keys = Object.keys(acmeReaders) as readonly (keyof typeof acmeReaders)[];

/** Reads what stands behind `acme:`. What is wrong is complained about. */
export function acmeIn({ line, value }: Entry, complain: Complain): AcmeInFile {
  const problems: string[] = [];
  const wrong: Complain = (at, problem) => {
    problems.push(problem);
    complain(at, `acme: ${problem}`);
  };
  const entries = value.kind === 'map' ? value.entries : [];
  if (value.kind === 'map') complainAboutKeys(value, wrong);
  else wrong(line, `is ${kindOf(value)}; give a map, ${such}`);
  const read = Object.fromEntries(keys.map((key) => [key, settingOf(key, entries, wrong)])) as unknown as AcmeSettings;
  return problems.length > 0 ? { line } : { line, settings: Object.freeze(read) };
}

function complainAboutKeys({ line, entries }: LinedMap, complain: Complain): void {
  const known: readonly string[] = keys;
  const given = entries.map(({ key }) => key);
  for (const { key, line: at } of entries) {
    if (!known.includes(key)) complain(at, `${key}: unknown setting of acme${ask(meantBy(key, known))}; it has ${known.join(', ')}`);
  }
  for (const key of ['hosts', 'store'] as const) if (!given.includes(key)) complain(line, missing[key]);
}

const missing = {
  hosts: 'hosts is missing; list the hosts that certificates are for, such as hosts: [shop.example.com]',
  store: 'store is missing; give a folder that stays between two starts, such as store: /var/lib/balancer/acme',
} as const;

function settingOf(key: keyof typeof acmeReaders, entries: readonly Entry[], complain: Complain): unknown {
  const entry = entries.find((one) => one.key === key);
  const { standard, read } = acmeReaders[key];
  if (!entry) return standard;
  const texts = textsOf(entry.value);
  try {
    if (texts === undefined) throw new InvalidValue(`is ${kindOf(entry.value)}; give ${key === 'hosts' ? 'a list of names' : 'one value'}`);
    return read(texts);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    complain(entry.line, `${key}: ${error.message}`);
    return undefined;
  }
}

/** One text or a list of them; nothing for anything else. */
function textsOf(value: Lined): readonly string[] | undefined {
  const texts = value.kind === 'list' ? value.items.map(textOf) : [textOf(value)];
  return texts.every((text) => text !== undefined) ? texts : undefined;
}
