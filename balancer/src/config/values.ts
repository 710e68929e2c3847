import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { isClaim } from '../admit/claims.ts';
import type { Cidr } from '../admit/trust.ts';
import type { KeySource } from '../brain/route/key-source.ts';
import type { Explaining } from '../dispatch/explain.ts';
import { nearestFirst } from './nearest.ts';

/** A value that an option can't take; `problems` says what was wrong and what would be right, one sentence each. */
export class InvalidValue extends Error {
  readonly problems: readonly string[];

  constructor(...problems: string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** What a text is, or what is wrong with it as a value of that kind. */
export function tryRead<Value>(
  read: (text: string) => Value,
  text: string,
): { readonly value: Value } | { readonly problems: readonly string[] } {
  try {
    return { value: read(text) };
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return { problems: error.problems };
  }
}

/** Reads a TCP port; 0 lets the system pick a free one. */
export function port(text: string): number {
  return wholeNumber(text, 65535, 'is not a port; give a whole number from 0 to 65535 (0 picks a free one)');
}

/** Reads a TCP port, or `off`. */
export function portOrOff(text: string): number | 'off' {
  return text === 'off' ? 'off' : wholeNumber(text, 65535, 'is not a port; give a whole number from 0 to 65535, or off');
}

/** Reads whether clients are sent to https://, and to which port where that is not the balancer's own. */
export function httpsPort(text: string): 'on' | 'off' | number {
  if (text === 'on' || text === 'off') return text;
  return wholeNumber(text, 65535, 'is not known; give on, off, or the port that clients reach https:// by, such as 443', 1);
}

/** Makes a reader for a whole number from `least` to `most`. */
export function count(least: number, most: number): (text: string) => number {
  return (text) => wholeNumber(text, most, `is not a count; give a whole number from ${least} to ${most}`, least);
}

/** Makes a reader for a whole number from `least` to `most`, or `fair`. */
export function countOrFair(least: number, most: number): (text: string) => number | 'fair' {
  return (text) =>
    text === 'fair' ? text : wholeNumber(text, most, `is not a count; give a whole number from ${least} to ${most}, or fair`, least);
}

function wholeNumber(text: string, most: number, complaint: string, least = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidValue(`"${text}" ${complaint}`);
  return value;
}

const millisecondsIn = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Longest duration accepted, in ms: what fits a Node timer. */
const maxDuration = 2 ** 31 - 1;

/** Reads a duration such as `250ms`, `2s`, `1m` or `1h`, in ms. */
export function duration(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const value = Math.round(Number(digits) * millisecondsIn[unit as keyof typeof millisecondsIn]);
  if (!(value > 0 && value <= maxDuration)) {
    throw new InvalidValue(`"${text}" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m`);
  }
  return value;
}

/** Reads a duration, or `off`, which is 0. */
export function durationOrOff(text: string): number {
  return text === 'off' ? 0 : duration(text);
}

/** Reads a path, with or without a query, or `none`, which is nothing. */
export function pathOrNone(text: string): string | undefined {
  if (text === 'none') return undefined;
  // Two slashes, or a backslash, would name another host.
  if (!/^\/(?!\/)[!-~]*$/.test(text) || /[#\\]/.test(text))
    throw new InvalidValue(`"${text}" is not a path; give one such as /health, or none`);
  return text;
}

/** Reads a percentage such as `50%`, as a share from 0 to 1. */
export function percentage(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  const share = Number(digits) / 100;
  if (!(share >= 0 && share <= 1)) throw new InvalidValue(`"${text}" is not a percentage; give one from 0% to 100%, such as 50%`);
  return share;
}

const bytesIn = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Longest size accepted, in bytes. */
const maxSize = 64 * 1024 ** 2;

/** Reads a size such as `512B`, `16KiB` or `1MiB`, in bytes. */
export function size(text: string): number {
  return sizeUpTo(maxSize, text, '512B, 16KiB or 1MiB');
}

/** Longest body that can be allowed, in bytes. */
const maxBody = 1024 ** 4;

/** Reads the size of a body, such as `512KiB`, `10MiB` or `2GiB`, in bytes. */
export function bodySize(text: string): number {
  return sizeUpTo(maxBody, text, '512KiB, 10MiB or 2GiB');
}

function sizeUpTo(most: number, text: string, such: string): number {
  const [, digits, unit] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  const value = Number(digits) * bytesIn[unit as keyof typeof bytesIn];
  if (!(value > 0 && value <= most)) {
    throw new InvalidValue(`"${text}" is not a size; give a whole number above 0 with a unit, such as ${such}`);
  }
  return value;
}

/** Reads a size, or `off`, which is 0. */
export function sizeOrOff(text: string): number {
  return text === 'off' ? 0 : size(text);
}

/** Reads a comma-separated list of address blocks, such as `10.0.0.0/8, ::1`, or `none`. A lone address is a block of one. */
export function cidrs(list: string): readonly Cidr[] {
  if (list.trim() === 'none') return [];
  return list.split(',').map((entry) => cidr(entry.trim()));
}

function cidr(text: string): Cidr {
  const block = blockIn(text);
  if (block === undefined) throw new InvalidValue(`"${text}" is not an address block; give one such as 10.0.0.0/8 or ::1, or none`);
  return block;
}

/** The block of addresses that a text names; nothing where it names none. */
export function blockIn(text: string): Cidr | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const isBlock = isIP(address) !== 0 && more.length === 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits));
  return isBlock ? { address, prefix: Number(prefix ?? bits) } : undefined;
}

/** Reads a comma-separated list of the fields that trusted proxies set, in lower case, or `none`. */
export function claims(list: string): readonly string[] {
  if (list.trim() === 'none') return [];
  return list.split(',').map((entry) => {
    const name = entry.trim().toLowerCase();
    if (isClaim(name)) return name;
    throw new InvalidValue(
      `"${entry.trim()}" is not a field that says who asked; give some such as X-Forwarded-Proto, Forwarded or X-Request-Id, or none`,
    );
  });
}

/** Reads whom the balancer tells why requests went where they went: one of the words, or address blocks. */
export function explaining(text: string): Explaining {
  const words = ['off', 'trusted', 'asked', 'always'] as const;
  const isWord = /^[a-z]*$/i.test(text);
  return isWord ? oneOf(...words)(text) : cidrs(text);
}

/** Reads `on` or `off`. */
export function onOrOff(text: string): boolean {
  return oneOf('on', 'off')(text) === 'on';
}

/** Takes any text as it is. */
export function text(value: string): string {
  return value;
}

/** The fewest characters of a secret. */
const shortestSecret = 16;

/** Reads what is encrypted with, or `random`. What it complains about, it doesn't repeat: it may be a secret. */
export function secretOrRandom(text: string): string {
  if (text === 'random' || text.length >= shortestSecret) return text;
  throw new InvalidValue(
    `what is given is too short to be a secret; give ${shortestSecret} characters or more, such as \`openssl rand -hex 16\` prints, or random`,
  );
}

/** The characters that a cookie's or a field's name is made of (RFC 9110 §5.6.2). */
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reads where a hash policy's key comes from. */
export function keySource(text: string): KeySource {
  const [from = '', name = '', ...more] = text.split(':');
  if ((from === 'client' || from === 'path') && text === from) return { from };
  const takesName = from === 'header' || from === 'cookie' || from === 'query';
  if (takesName && token.test(name) && more.length === 0) return { from, name };
  throw new InvalidValue(`"${text}" is no key; give client, path, header:NAME, cookie:NAME or query:NAME`);
}

/** Reads a cookie's name, or `none`, which is nothing. */
export function cookieOrNone(text: string): string | undefined {
  if (!token.test(text)) throw new InvalidValue(`"${text}" is not a cookie's name; give one such as lb, or none`);
  return text === 'none' ? undefined : text;
}

/** The most threads that can be asked for. */
const maxThreads = 64;

/** Reads a number of threads, or `auto`, which is as many as the machine or container lets run at the same time. */
export function threads(text: string): number {
  if (text === 'auto') return Math.min(maxThreads, availableParallelism());
  return wholeNumber(text, maxThreads, `is not a number of threads; give a whole number from 1 to ${maxThreads}, or auto`, 1);
}

/** Reads a file's path, or `none`, which is nothing. */
export function fileOrNone(path: string): string | undefined {
  return path === 'none' ? undefined : path;
}

/** Makes a reader that takes one of the given words only; for any other it names them, the likeliest first. */
export function oneOf<const Word extends string>(...words: Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word === undefined) throw new InvalidValue(`"${text}" is not known; give one of: ${nearestFirst(text, words).join(', ')}`);
    return word;
  };
}
