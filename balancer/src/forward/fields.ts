import type { IncomingHttpHeaders } from 'node:http';
import { isDroppedFromClients } from '../admit/claims.ts';
import type { Exchange } from '../exchange.ts';

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

/** Of a request's fields, also `Expect`, which Node has answered itself (RFC 9110 §10.1.1). */
const notInRequests: ReadonlySet<string> = new Set([...hopByHop, 'expect']);

/** Fields that would change how a message is read if they came after it, so they can't be trailers (RFC 9110 §6.5.1). */
const notInTrailers: ReadonlySet<string> = new Set([
  ...hopByHop,
  'content-length',
  'content-encoding',
  'content-type',
  'host',
  'set-cookie',
]);

/** The fields that an origin gets: the client's, in order and as sent, without its connection's own; then the balancer's. */
export function requestFields(exchange: Exchange, raw: readonly string[], headers: IncomingHttpHeaders): string[] {
  const fields = kept(raw, notInRequests, headers.connection, isDroppedFromClients);
  const te = headers['te'];
  if (typeof te === 'string' && /\btrailers\b/i.test(te)) fields.push('TE', 'trailers');
  for (const text of exchange.added) fields.push(text);
  return fields;
}

/** The fields that a client gets: the origin's, in order and as sent, without its connection's own; then `Via`. */
export function responseFields(raw: readonly Buffer[], connection: string | undefined): string[] {
  const fields = kept(decoded(raw), hopByHop, connection);
  fields.push('Via', '1.1 balancer');
  return fields;
}

/** What an origin announces to send after the body, as name and value (RFC 9110 §6.6.2). */
export function announcedTrailers(raw: readonly Buffer[]): string[] {
  return decoded(raw).flatMap((text, i, all) => (i % 2 === 0 && /^trailer$/i.test(text) ? [text, all[i + 1] as string] : []));
}

/** The fields that a client gets after the body, as pairs. */
export function trailerFields(raw: readonly Buffer[]): [string, string][] {
  if (raw.length === 0) return [];
  return pairsOf(kept(decoded(raw), notInTrailers, undefined));
}

/** Name, value, name, value … as pairs. */
export function pairsOf(fields: readonly string[]): [string, string][] {
  return Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i] as string, fields[2 * i + 1] as string]);
}

function kept(
  raw: readonly string[],
  dropped: ReadonlySet<string>,
  connection: string | undefined,
  isDropped: (name: string) => boolean = () => false,
): string[] {
  const named = connectionOptions(connection);
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] as string;
    const name = field.toLowerCase();
    if (!dropped.has(name) && !isDropped(name) && !named?.includes(name)) fields.push(field, raw[i + 1] as string);
  }
  return fields;
}

/** The names that `Connection` lists, but for the usual words, which name nothing that is kept anyway. */
function connectionOptions(connection: string | undefined): string[] | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  const names = connection.toLowerCase().split(',');
  // A request without its Host would be one for another.
  return names.map((name) => name.trim()).filter((name) => name !== 'host');
}

/** Field text as Node has it: one character a byte. */
function decoded(raw: readonly Buffer[]): string[] {
  return raw.map((text) => text.toString('latin1'));
}
