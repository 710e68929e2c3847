import { type AcmeInFile, acmeIn } from './acme-in-file.ts';
import { type Complain, type Entry, kindOf, type Lined, textOf } from './lined.ts';
import { optionText } from './option-in-file.ts';
import type { OptionName } from './options.ts';

/** A certificate and its key, as the file names them. */
export interface PairInFile {
  readonly line: number;
  readonly cert: string;
  readonly key: string;
}

/** What the file says of TLS: settings that are options as well, and what only a file can say. */
export interface TlsInFile {
  readonly line: number;
  /** What the flags would have, and the lines. */
  readonly texts: ReadonlyMap<OptionName, string>;
  readonly lines: ReadonlyMap<OptionName, number>;
  readonly certificates: readonly PairInFile[];
  /** Missing where there is no `acme:`. */
  readonly acme?: AcmeInFile;
}

/** The options that are settings of `tls:` under a shorter name. */
const shorter: Readonly<Record<string, OptionName>> = { port: 'tlsPort', 'min-version': 'tlsMinVersion' };

const such = 'such as tls: { port: 8443, certificates: [{ cert: shop.pem, key: shop.key }] }';

/** Reads what stands behind `tls:`. What is wrong is complained about. */
export function tlsIn({ key, line, value }: Entry, complain: Complain): TlsInFile {
  const wrong: Complain = (at, problem) => complain(at, `${key}: ${problem}`);
  if (value.kind !== 'map') wrong(line, `is ${kindOf(value)}; give a map, ${such}`);
  const entries = value.kind === 'map' ? value.entries : [];
  const named = entries.filter((entry) => entry.key === 'certificates');
  for (const entry of entries) {
    if (!special.has(entry.key) && shorter[entry.key] === undefined) wrong(entry.line, `${entry.key}: ${strangerIn(entry.key)}`);
  }
  const acme = entries.find((entry) => entry.key === 'acme');
  return {
    ...{ line, ...settingsIn(entries, wrong), certificates: named.flatMap((entry) => pairsIn(entry, wrong)) },
    ...(acme ? { acme: acmeIn(acme, wrong) } : {}),
  };
}

/** What only a file can say. */
const special: ReadonlySet<string> = new Set(['certificates', 'acme']);

function settingsIn(entries: readonly Entry[], complain: Complain): Pick<TlsInFile, 'texts' | 'lines'> {
  const texts = new Map<OptionName, string>();
  const lines = new Map<OptionName, number>();
  for (const entry of entries) {
    const option = shorter[entry.key];
    if (option === undefined) continue;
    lines.set(option, entry.line);
    const read = optionText(option, entry);
    if ('text' in read) texts.set(option, read.text);
    else complain(read.line, read.problem);
  }
  return { texts, lines };
}

function strangerIn(key: string): string {
  if (/^(?:cert|key|certificate|ssl-?certificate|cert-?file|key-?file)$/i.test(key))
    return 'belongs to one certificate; give certificates: [{ cert: shop.pem, key: shop.key }]';
  return `unknown setting of tls; it has port, certificates, acme and min-version, ${such}`;
}

function pairsIn({ line, value }: Entry, complain: Complain): PairInFile[] {
  const wrong: Complain = (at, problem) => complain(at, `certificates: ${problem}`);
  if (value.kind !== 'list') wrong(line, `is ${kindOf(value)}; give a list, such as [{ cert: shop.pem, key: shop.key }]`);
  else if (value.items.length === 0) wrong(line, 'is an empty list; give a certificate, such as [{ cert: shop.pem, key: shop.key }]');
  return value.kind === 'list' ? value.items.flatMap((item, place) => pairIn(item, place, wrong)) : [];
}

function pairIn(item: Lined, place: number, complain: Complain): PairInFile[] {
  const entries = item.kind === 'map' ? item.entries : [];
  const [cert, key] = ['cert', 'key']
    .map((name) => entries.find((entry) => entry.key === name))
    .map((entry) => entry && textOf(entry.value));
  const stranger = entries.find((entry) => entry.key !== 'cert' && entry.key !== 'key');
  if (cert && key && stranger === undefined) return [{ line: item.line, cert, key }];
  const what = stranger === undefined ? `has no ${cert ? 'key' : 'cert'}` : `has ${stranger.key}`;
  complain(
    stranger?.line ?? item.line,
    `entry ${place + 1} ${what}; each has the two files of one certificate: { cert: shop.pem, key: shop.key }`,
  );
  return [];
}
