import { mostOrigins } from '../brain/pool/ledger.ts';
import type { Origin } from '../brain/select/origin.ts';
import { InvalidValue } from './values.ts';

/**
 * Reads a comma-separated list of origins, each a URL with nginx's words behind it: `http://a:1 weight=3, http://b:2 backup`;
 * and with one of HAProxy's kind, `proxy-protocol=v2`, for who wants to be told of each connection whom it is for.
 * Every entry that can't be used is a problem of its own.
 */
export function origins(list: string): readonly Origin[] {
  const read = list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(origin);
  const problems = read.filter((entry) => typeof entry === 'string');
  const found = read.filter((entry) => typeof entry !== 'string');
  problems.push(...wrongTogether(found, read.length));
  if (problems.length > 0) throw new InvalidValue(...problems);
  return found;
}

/** What is wrong with a list of origins that can be used one by one, a sentence each. */
export function problemsTogether(origins: readonly Origin[]): readonly string[] {
  return wrongTogether(origins, origins.length);
}

function wrongTogether(found: readonly Origin[], listed: number): string[] {
  if (listed === 0) return ['no origin is listed; give at least one, such as http://localhost:8081'];
  if (listed > mostOrigins) return [`${listed} origins are listed; list ${mostOrigins} at most`];
  const twice = found.filter(({ id }, index) => found.findIndex((other) => other.id === id) < index);
  const problems = twice.map(({ id }) => `${id} is listed twice; list each origin once`);
  if (found.length > 0 && found.every(({ weight }) => weight === 0)) {
    problems.push('every weight is 0, so no origin would take requests; give at least one a weight from 1 to 1000');
  }
  return problems;
}

/** Reads one origin, or says what is wrong with it. */
function origin(entry: string): Origin | string {
  const [address = '', ...words] = entry.split(/\s+/);
  const place = placeOf(address);
  if (typeof place === 'string') return place;
  let origin: Origin = { ...place, weight: 1, backup: false };
  for (const word of words) {
    const said = wordIn(word);
    if (said === undefined) return `${place.id} ${complaintAbout(word)}`;
    origin = { ...origin, ...said };
  }
  // A connection of HTTP/2 carries many clients' requests.
  if (origin.proxyProtocol !== undefined && /^h2c?:$/.test(origin.url.protocol))
    return `${place.id} is asked by HTTP/2, whose connections are for many clients each, so that no PROXY header can say for whom; leave proxy-protocol out, or list it with http:// or https://`;
  return origin;
}

/** What a word behind a URL says of the origin; nothing where it can't be read. */
function wordIn(word: string): Partial<Origin> | undefined {
  if (word === 'backup') return { backup: true };
  const [, name, value = ''] = /^([a-z-]+)=(.*)$/.exec(word) ?? [];
  if (name === 'weight' && isWeight(value)) return { weight: Number(value) };
  if (name === 'proxy-protocol' && (value === 'v1' || value === 'v2')) return { proxyProtocol: value };
  return undefined;
}

function isWeight(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) <= 1000;
}

function complaintAbout(word: string): string {
  const [, name, value] = /^(weight|proxy-protocol)=(.*)$/.exec(word) ?? [];
  if (name === 'weight') return `has the weight "${value}"; give a whole number from 0 to 1000`;
  if (name === 'proxy-protocol') return `has the version "${value}" of the PROXY protocol; give proxy-protocol=v1 or proxy-protocol=v2`;
  return `has the word "${word}"; behind a URL there may be weight=N, backup and proxy-protocol=v1 or v2`;
}

/** By scheme, the one of the web that has the same default port: of others, URLs know neither that nor what a name or an address is. */
const alike: Readonly<Record<string, string>> = { http: 'http', https: 'https', h2c: 'http', h2: 'https' };

const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Where an origin is, or what is wrong with that. */
function placeOf(text: string): Pick<Origin, 'id' | 'url'> | string {
  const [beginning = '', scheme = ''] = /^(\w+):(?:\/\/)?/.exec(text.toLowerCase()) ?? [];
  const web = Object.hasOwn(alike, scheme) ? alike[scheme] : undefined;
  const asWeb = `${web}://${text.slice(beginning.length)}`;
  if (web === undefined || !URL.canParse(asWeb))
    return `"${text}" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081`;
  const url = new URL(asWeb);
  if (url.username || url.password) return `"${url.host}" comes with a user or password; give scheme, host and port only`;
  const location = `${scheme}://${url.host}`;
  if (url.href !== `${url.origin}/`) return `"${text}" has a path; give scheme, host and port only: ${location}`;
  return { id: `${url.hostname}:${url.port || defaultPorts[web]}`, url: new URL(location) };
}
