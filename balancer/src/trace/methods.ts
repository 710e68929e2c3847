/** The methods that a span is named for (RFC 9110, RFC 5789, RFC 10008); others, which a client may make up, are `_OTHER`. */
const known: ReadonlySet<string> = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE']);

/** A method as attributes and names of spans have it (OpenTelemetry, HTTP spans): few values, whatever clients send. */
export function methodIn(method: string): { readonly name: string; readonly value: string; readonly original: string | undefined } {
  if (known.has(method)) return { name: method, value: method, original: undefined };
  return { name: 'HTTP', value: '_OTHER', original: method };
}
