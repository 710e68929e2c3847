import { constants } from 'node:http2';
import { invalid, Trouble } from '../trouble.ts';

/** Names of the codes that streams and connections end with (RFC 9113 §7). */
const names: readonly string[] = [
  ...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED', 'FRAME_SIZE_ERROR'],
  ...['REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM', 'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
];

/** The name of such a code, or the number where it has none. */
export function nameOfCode(code: number): string {
  return names[code] ?? `code ${code}`;
}

/** What a stream came to that was ended with that code before its answer was whole. */
export function troubleOfCode(code: number): Trouble {
  if (code === constants.NGHTTP2_REFUSED_STREAM) return new Trouble('REFUSED');
  // nghttp2 says so of an answer that breaks the rules, and an origin of a request.
  if (code === constants.NGHTTP2_PROTOCOL_ERROR) return invalid('a stream error of HTTP/2, PROTOCOL_ERROR');
  return new Trouble('RESET', nameOfCode(code));
}

/** What Node says of a request that it has not sent, since the connection takes no further one. */
const unsent: ReadonlySet<string | undefined> = new Set([
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
  'ERR_HTTP2_OUT_OF_STREAMS',
]);

/** Whether a request failed without having left. */
export function wasNeverSent(error: NodeJS.ErrnoException | undefined): boolean {
  return error !== undefined && unsent.has(error.code);
}
