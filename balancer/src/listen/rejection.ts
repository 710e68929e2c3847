import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may take to close a connection that was closed on this side, in ms. */
const lingering = 1000;

/**
 * Closes a connection once all is written. What the client still sends is thrown away until it closes too: closing with
 * unread bytes would reset the connection, and the client might never see its answer (RFC 9112 §9.6).
 */
export function closeGently(socket: Socket): void {
  if (socket.writableEnded || socket.destroyed) return;
  socket.end();
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingering);
  socket.once('close', () => clearTimeout(timer));
}

/** Answers on a bare connection, where there is no request to answer, and closes it. */
export function reject(socket: Socket, sentence: string, fields = ''): void {
  if (!socket.writable) return;
  const head = `HTTP/1.1 ${sentence.split(':', 1)[0]}\r\n${fields}Cache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\n`;
  socket.write(`${head}Content-Length: ${sentence.length + 1}\r\nConnection: close\r\n\r\n${sentence}\n`);
  closeGently(socket);
}

/** Answers a request whose body can't be read, as the last of its connection. Where the answer has begun, it is cut. */
export function rejectBody(res: ServerResponse, sentence: string): void {
  if (res.headersSent) {
    // An orderly end could be taken for the end of the answer.
    res.socket?.resetAndDestroy();
    return;
  }
  // Node has done with a request that is answered, and doesn't tell that its body ends here.
  res.socket?.once('close', () => res.req.destroy());
  res.shouldKeepAlive = false;
  res.writeHead(Number.parseInt(sentence, 10), {
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': sentence.length + 1,
  });
  res.end(`${sentence}\n`);
}

/** An error of Node's HTTP parser, with the bytes that it stumbled over. */
export type ParserError = Error & {
  readonly code?: string;
  /** What the parser was reading, and how far it came. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
};

/** The answer to a message that can't be read (RFC 9110 §15.5). */
export function sentenceFor(error: ParserError, maxTargetLength: number): string {
  const { code, rawPacket } = error;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return hasLongTarget(rawPacket, maxTargetLength) ? '414 URI Too Long' : '431 Request Header Fields Too Large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return '413 Content Too Large: chunk extensions';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout: the header took too long';
    case 'HPE_INVALID_METHOD':
    case 'HPE_INVALID_CONSTANT':
      return hasUnknownMethod(error) ? '501 Not Implemented: this method is not known here' : '400 Bad Request';
    default:
      return '400 Bad Request';
  }
}

/** Whether the bytes begin with a request line that is too long. */
function hasLongTarget(bytes: Buffer | undefined, maxTargetLength: number): boolean {
  const [, line = ''] = /^[A-Z]+ ([^\n]*)/.exec(bytes?.toString('latin1') ?? '') ?? [];
  return line.length > maxTargetLength;
}

/** A request line with any method (RFC 9110 §9.1: a token). */
const requestLine = /^[!#$%&'*+.^`|~\w-]+ \S+ HTTP\/1\.[01]\r?\n/;

/** Whether the line that could not be read is a request line all the same, so that only its method can be to blame. */
function hasUnknownMethod({ rawPacket, bytesParsed = 0 }: ParserError): boolean {
  const bytes = rawPacket?.toString('latin1') ?? '';
  const begin = bytesParsed === 0 ? 0 : bytes.lastIndexOf('\n', bytesParsed - 1) + 1;
  return requestLine.test(bytes.slice(begin));
}
