import { InvalidValue, token } from './values.ts';

/** Where a collector takes traces, where its URL has no path (OTLP/HTTP). */
const usualPath = '/v1/traces';

/** Reads the URL of a collector, or `none`, which is nothing. What may have secrets in it is not repeated. */
export function collectorOrNone(text: string): string | undefined {
  if (text === 'none') return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidValue('what is given is not the URL of a collector; give one such as http://localhost:4318, or none');
  }
  if (url.username || url.password)
    throw new InvalidValue('a collector’s URL has no user and password; give what it is to know in --otlp-header');
  if (url.hash) throw new InvalidValue('a collector’s URL has nothing behind a #; leave that out');
  if (url.pathname === '/') url.pathname = usualPath;
  return url.href;
}

/** A field of a request. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Fields that say how the request itself is read, which nobody but who sends it knows. */
const notTheirs = /^(?:host|connection|content-length|content-type|transfer-encoding|expect|te|trailer|upgrade|keep-alive)$/i;

/** Reads what a collector is told about who sends: a field, or a token (RFC 6750); or `none`, which is nothing. It is a secret, and not repeated. */
export function collectorHeader(text: string): Field | undefined {
  if (text === 'none') return undefined;
  const [, name = '', value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(text) ?? [];
  if (token.test(name) && !notTheirs.test(name) && /^[!-~](?:[ -~]*[!-~])?$/.test(value)) return { name, value };
  if (/^[!-9;-~]{16,4096}$/.test(text)) return { name: 'Authorization', value: `Bearer ${text}` };
  throw new InvalidValue(
    'what is given is neither a field as NAME: VALUE nor a token of 16 to 4096 visible ASCII characters; give one, or none',
  );
}
