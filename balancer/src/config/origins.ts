import { mostOrigins } from '../brain/pool/ledger.ts';
import type { Origin } from '../brain/select/origin.ts';
import { InvalidValue } from './values.ts';

/**
 * Reads a comma-separated list of origins, each a URL with nginx's words behind it: `http://a:1 weight=3, http://b:2 backup`.
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
  const origin = { ...place, weight: 1, backup: false };
  for (const word of words) {
    const weight = /^weight=(.*)$/.exec(word)?.[1];
    if (weight !== undefined && isWeight(weight)) origin.weight = Number(weight);
    else if (word === 'backup') origin.backup = true;
    else return `${place.id} ${complaintAbout(word, weight)}`;
  }
  return origin;
}

function isWeight(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) <= 1000;
}

function complaintAbout(word: string, weight: string | undefined): string {
  if (weight !== undefined) return `has the weight "${weight}"; give a whole number from 0 to 1000`;
  return `has the word "${word}"; behind a URL there may be weight=N and backup`;
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
