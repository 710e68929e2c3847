import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Node's parser, which lends the bytes that it is reading. */
type Parsed = Socket & { readonly parser?: { getCurrentBuffer(): Buffer } | null };

/** What was read last on a request's connection: to be asked while the parser tells of the request, and not later. */
function readOf({ socket }: IncomingMessage): Buffer | undefined {
  return (socket as Parsed).parser?.getCurrentBuffer();
}

/**
 * Whether the request line that was just read names another protocol (`RTSP/1.0`, `ICE/1.0`): Node's parser takes these too, and tells
 * of the version only. Real ones are 1.0, so nothing is looked up for clients of HTTP/1.1. A line that came in pieces can't be seen.
 */
export function speaksAnotherProtocol(req: IncomingMessage): boolean {
  if (req.httpVersion !== '1.0') return false;
  const bytes = readOf(req);
  return bytes !== undefined && ['RTSP/', 'ICE/'].some((protocol) => bytes.includes(`${req.method} ${req.url} ${protocol}`, 0, 'latin1'));
}

/**
 * After how many bytes of its connection a request ends, body and all. Nothing where that can't be told, as of chunks, or of a header
 * that came in pieces or behind something else. `unparsed` is how many bytes were read that the parser doesn't have yet.
 */
export function endOf(req: IncomingMessage, unparsed = 0): number | undefined {
  const { 'content-length': length = 0, 'transfer-encoding': coding } = req.headers;
  const line = `${req.method} ${req.url} HTTP/${req.httpVersion}\r\n`;
  const bytes = readOf(req);
  if (coding !== undefined || bytes?.toString('latin1', 0, line.length) !== line) return undefined;
  return req.socket.bytesRead - unparsed - bytes.length + bytes.indexOf('\r\n\r\n') + 4 + Number(length);
}
