import type { IncomingHttpHeaders } from 'node:http';
import { isDroppedFromClients } from '../admit/claims.ts';
import type { RoadExchange } from '../admit/road-exchange.ts';
import type { AnswerHead } from '../wire/answer-head.ts';

/** Fields that belong to one connection and are never forwarded (RFC 9110 §7.6.1), lower-case. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a field of that name, in lower case, belongs to one connection. */
export function isHopByHop(name: string): boolean {
  return hopByHop.has(name);
}

/** Of a request's fields, also `Expect`, which Node has answered itself (RFC 9110 §10.1.1). */
const notInRequests: ReadonlySet<string> = new Set([...hopByHop, 'expect']);

/** What goes with a body in chunks, and so must travel on with it (RFC 9112 §6.1, RFC 9110 §6.6.2). */
const ofChunks: ReadonlySet<string> = new Set(['transfer-encoding', 'trailer']);

/** What stays of a request even where `Connection` names it: without its Host it would be one for another, and without what frames its body another one. */
const neverNamed: ReadonlySet<string> = new Set(['host', 'content-length', ...ofChunks]);

/** Fields that would change how a message is read if they came after it, so they can't be trailers (RFC 9110 §6.5.1). */
const notInTrailers: ReadonlySet<string> = new Set([
  ...hopByHop,
  'content-length',
  'content-encoding',
  'content-type',
  'host',
  'set-cookie',
]);

/** By its name in lower case, whether a field travels on. */
type IsKept = (name: string) => boolean;

const inRequest = remembering((name) => !notInRequests.has(name) && !isDroppedFromClients(name));
const inRequestInChunks = remembering((name) => ofChunks.has(name) || inRequest(name));
const inAnswer = remembering((name) => !hopByHop.has(name));
/** Of an answer that has no body, no length of one either (RFC 9110 §8.6). */
const inAnswerWithoutBody = remembering((name) => name !== 'content-length' && !hopByHop.has(name));
const inAnswersTrailers = remembering((name) => !notInTrailers.has(name));
const inRequestsTrailers = remembering((name) => !notInTrailers.has(name) && !isDroppedFromClients(name));

/** Of how many names it is remembered what was said of them, and how long those may be: the same few come all the time, but clients and origins choose them. */
const mostRemembered = 1000;
const longestRemembered = 64;

/** Remembers what a rule has said of a name, as the name was spelt. */
function remembering(rule: IsKept): IsKept {
  const said = new Map<string, boolean>();
  return (name) => {
    const before = said.get(name);
    if (before !== undefined) return before;
    const isKept = rule(name.toLowerCase());
    if (said.size === mostRemembered) said.clear();
    if (name.length <= longestRemembered) said.set(name, isKept);
    return isKept;
  };
}

/**
 * The fields that an origin gets: the client's, in order and as sent, without its connection's own; then the balancer's. `inChunks` is
 * whether the body goes in chunks, as it came then.
 */
export function requestFields(exchange: RoadExchange, raw: readonly string[], headers: IncomingHttpHeaders, inChunks: boolean): string[] {
  const fields = kept(raw, headers.connection, inChunks ? inRequestInChunks : inRequest, neverNamed);
  const length = headers['content-length'];
  // The parser lets zeros in front of a length through; nobody behind us is to wonder about them.
  if (length?.startsWith('0')) setLength(fields, String(Number(length)));
  for (const text of exchange.added) fields.push(text);
  return exchange.trace ? exchange.trace.carry(fields, exchange.attempts.length - 1) : fields;
}

function setLength(fields: string[], length: string): void {
  for (let i = 0; i < fields.length; i += 2) if (/^content-length$/i.test(fields[i] as string)) fields[i + 1] = length;
}

/** What an origin gets behind the last chunk of a request, as name, value, name, value …; none that is the balancer's to tell. */
export function requestTrailers(raw: readonly string[]): string[] {
  return kept(raw, undefined, inRequestsTrailers);
}

/** The fields that a client gets: the origin's, in order and as sent, without its connection's own; then `Via`. */
export function responseFields({ status, fields: raw, connection }: Pick<AnswerHead, 'status' | 'fields' | 'connection'>): string[] {
  const fields = kept(raw, connection, status < 200 || status === 204 ? inAnswerWithoutBody : inAnswer);
  fields.push('Via', '1.1 balancer');
  return fields;
}

/** What an origin announces to send after the body, as name and value (RFC 9110 §6.6.2). */
export function announcedTrailers(raw: readonly string[]): string[] {
  return raw.flatMap((text, i) => (i % 2 === 0 && /^trailer$/i.test(text) ? [text, raw[i + 1] as string] : []));
}

/** The fields that a client gets after the body, as name, value, name, value … */
export function trailerFields(raw: readonly string[]): string[] {
  return kept(raw, undefined, inAnswersTrailers);
}

function kept(raw: readonly string[], connection: string | undefined, isKept: IsKept, always?: ReadonlySet<string>): string[] {
  const named = connectionOptions(connection)?.difference(always ?? nothing);
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] as string;
    if (isKept(field) && !named?.has(field.toLowerCase())) fields.push(field, raw[i + 1] as string);
  }
  return fields;
}

const nothing: ReadonlySet<string> = new Set();

/** The names that `Connection` lists, but for the usual words, which name nothing that is kept anyway. */
function connectionOptions(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  const names = connection.toLowerCase().split(',');
  return new Set(names.map((name) => name.trim()));
}
