import { METHODS } from 'node:http';
import { domainToASCII } from 'node:url';
import { ask, meantBy } from './nearest.ts';
import { InvalidValue } from './values.ts';

const label = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const host = new RegExp(`^(?:(?:\\*\\.)?${label}(?:\\.${label})*|\\[[0-9a-f:.]+\\])$`);

/** Reads the host of a route: a name or an address without a port, or `*.` and a name for all names below it. Capitals mean nothing in it (RFC 9110 §4.2.3). */
export function hostOfRoute(text: string): string {
  const lower = text.toLowerCase();
  if (host.test(lower)) return lower;
  throw new InvalidValue(`"${text}" is not a host; ${adviceOnHost(lower)}`);
}

function adviceOnHost(text: string): string {
  const such = 'give a name such as shop.example.com, or *.example.com for all names below that one';
  if (text === '*') return 'leave the word out to take all hosts';
  if (text.includes('://')) return `${such}, without a scheme`;
  if (/:\d+$/.test(text)) return `${such}, without a port: a route takes its host at any port`;
  const ascii = domainToASCII(text);
  if (/[^ -~]/.test(text) && host.test(ascii)) return `clients ask for it as ${ascii}; give that`;
  return such;
}

/** What servers read in several ways, encoded or not. */
const ambiguous = /[\\;]|%(?![\da-f]{2})|%(?:2f|5c|2e|3b|25|3f|23|[01][\da-f]|7f)/i;

/** Reads the path of a route: segments behind slashes, whose letters may be encoded. */
export function pathOfRoute(text: string): string {
  const wrong = wrongInPath(text);
  if (wrong !== undefined) throw new InvalidValue(`"${text}" ${wrong}`);
  return text;
}

function wrongInPath(text: string): string | undefined {
  if (!text.startsWith('/')) return 'is not a path; give one that begins with a slash, such as /api';
  if (/[*^{|]|\$$/.test(text)) return 'has signs of a pattern; a path is a prefix: /api is /api and all below it';
  if (/[?#]/.test(text)) return 'has a query or a fragment; give the path alone';
  if (/[\s\p{Cc}]/u.test(text)) return 'has a space; give it as %20';
  if (ambiguous.test(text))
    return 'has signs that servers read in several ways; give one without \\ and ; and without encoded /, ., % and the like';
  return /\/\/|\/\.\.?(?:\/|$)/.test(text) ? 'has an empty or a dot segment; give the path that it leads to' : undefined;
}

/** Methods that clients can use here; a CONNECT is none of them. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/** Reads a method, which has capitals (RFC 9110 §9.1). */
export function methodOfRoute(text: string): string {
  if (methods.includes(text)) return text;
  throw new InvalidValue(
    `"${text}" is no method that clients can use${ask(meantBy(text, methods))}; give some such as GET, HEAD, POST, PUT, PATCH or DELETE`,
  );
}
