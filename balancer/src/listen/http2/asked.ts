import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http2';

/** A request's fields as those of HTTP/1.1 would be. */
export interface AskedFields {
  readonly method: string;
  readonly target: string;
  /** Name, value, name, value …, each character a byte. */
  readonly rawHeaders: readonly string[];
  /** By their names. */
  readonly headers: IncomingHttpHeaders;
  /** Where a WebSocket is asked for: what the origin must prove its understanding with. */
  readonly webSocketKey: string | undefined;
}

/** Methods with which a length is said though there is no body (RFC 9110 §8.6). */
const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** What is made anew on the way to HTTP/1.1, or stands elsewhere in it. */
const madeAnew: ReadonlySet<string> = new Set(['cookie', 'host', 'sec-websocket-key']);

/**
 * What a client asks (RFC 9113 §8.3.1). `raw` is what it sent, and `headers` the same by names, which is changed. nghttp2 has refused by now what RFC 9113 §8.2 forbids: names in
 * upper case, fields of a connection, pseudo-fields that are doubled, missing or out of place. An authority and a Host that differ are both
 * handed on, since two hosts are refused whoever sends them. `isWhole` is whether there is no body.
 */
export function askedBy(raw: readonly string[], headers: IncomingHttpHeaders, isWhole: boolean): AskedFields {
  const { ':method': verb = '', ':path': target = '', ':protocol': protocol } = headers;
  const webSocketKey = protocol === undefined ? undefined : randomBytes(16).toString('base64');
  const method = webSocketKey === undefined ? verb : 'GET';
  const fields = hostsIn(headers);
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] as string;
    if (!field.startsWith(':') && !madeAnew.has(field)) fields.push(field, raw[i + 1] as string);
  }
  // Node has joined the crumbs (RFC 9113 §8.2.3).
  if (headers.cookie !== undefined) fields.push('cookie', headers.cookie);
  if (webSocketKey !== undefined) fields.push('sec-websocket-key', webSocketKey);
  else addLength(fields, headers, method, isWhole);
  return { method, target, rawHeaders: fields, headers, webSocketKey };
}

/** The authority as Host, and the Host that the client has sent besides, where it is another. */
function hostsIn(headers: IncomingHttpHeaders): string[] {
  const { ':authority': authority, host } = headers;
  if (!authority) return host === undefined ? [] : ['host', host];
  headers.host = authority;
  const isOther = host !== undefined && host.toLowerCase() !== authority.toLowerCase();
  return isOther ? ['host', authority, 'host', host] : ['host', authority];
}

/** A body whose length isn't told goes in chunks, and none where one would be expected has the length 0. */
function addLength(fields: string[], headers: IncomingHttpHeaders, method: string, isWhole: boolean): void {
  if (headers['content-length'] !== undefined) return;
  if (!isWhole) {
    headers['transfer-encoding'] = 'chunked';
    fields.push('transfer-encoding', 'chunked');
  } else if (methodsWithBody.has(method)) {
    headers['content-length'] = '0';
    fields.push('content-length', '0');
  }
}
