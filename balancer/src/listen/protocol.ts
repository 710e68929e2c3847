import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Node's parser, which lends the bytes that it is reading. */
type Parsed = Socket & { readonly parser?: { getCurrentBuffer(): Buffer } | null };

/**
 * Whether the request line that was just read names another protocol (`RTSP/1.0`, `ICE/1.0`): Node's parser takes these too, and tells
 * of the version only. Real ones are 1.0, so nothing is looked up for clients of HTTP/1.1. A line that came in pieces can't be seen.
 */
export function speaksAnotherProtocol({ httpVersion, method, url, socket }: IncomingMessage): boolean {
  if (httpVersion !== '1.0') return false;
  const bytes = (socket as Parsed).parser?.getCurrentBuffer();
  return bytes !== undefined && ['RTSP/', 'ICE/'].some((protocol) => bytes.includes(`${method} ${url} ${protocol}`, 0, 'latin1'));
}
