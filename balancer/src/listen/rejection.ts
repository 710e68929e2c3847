import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Refusal, refusals } from '../brain/exchange/refusals.ts';
import { linesOf } from './field-lines.ts';
import { answerOf } from './refuse.ts';

/** Told of a refusal that no handler sees, and of the client's address. */
export type Refused = (client: string, refusal: Refusal) => void;

/** How long a client may take to close a connection that was closed on this side, in ms. */
const lingering = 1000;

/**
 * Closes a connection once all is written. What the client still sends is thrown away until it closes too: closing with
 * unread bytes would reset the connection, and the client might never see its answer (RFC 9112 §9.6). `isWanted` says whether somebody
 * still takes what comes, an origin that answers before it has the whole request: then it may go on for longer.
 */
export function closeGently(socket: Socket, isWanted = () => false): void {
  if (socket.writableEnded || socket.destroyed) return;
  socket.end();
  socket.resume();
  const timer = setInterval(() => isWanted() || socket.destroy(), lingering);
  socket.once('close', () => clearInterval(timer));
}

/** Answers on a bare connection, where there is no request to answer, and closes it. */
export function reject(socket: Socket, refusal: Refusal): void {
  if (!socket.writable) return;
  const { status, phrase, fields, text } = answerOf(refusal);
  socket.write(`HTTP/1.1 ${status} ${phrase}\r\n${linesOf(fields)}Connection: close\r\n\r\n${text}`);
  closeGently(socket);
}

/** Answers a request whose body can't be read, as the last of its connection. Where the answer has begun, it is cut. */
export function rejectBody(res: ServerResponse, refusal: Refusal): void {
  if (res.headersSent) {
    // An orderly end could be taken for the end of the answer.
    res.socket?.resetAndDestroy();
    return;
  }
  // Node has done with a request that is answered, and doesn't tell that its body ends here.
  res.socket?.once('close', () => res.req.destroy());
  res.shouldKeepAlive = false;
  const { status, phrase, fields, text } = answerOf(refusal);
  res.writeHead(status, phrase, fields).end(text);
}

/** An error of Node's HTTP parser, with the bytes that it stumbled over. */
export type ParserError = Error & {
  readonly code?: string;
  /** What the parser was reading, and how far it came. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
};

/** Whether the error is about what the client sent, and not about the connection. */
export function isAboutMessage({ code = '' }: ParserError): boolean {
  return code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

/** The answer to a message that can't be read (RFC 9110 §15.5). */
export function refusalFor(error: ParserError, maxTargetLength: number): Refusal {
  const { code, rawPacket } = error;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return hasLongTarget(rawPacket, maxTargetLength) ? refusals.longTarget : refusals.longHeader;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return refusals.longExtensions;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusals.lateHeader;
    case 'HPE_INVALID_METHOD':
    case 'HPE_INVALID_CONSTANT':
      return hasUnknownMethod(error) ? refusals.unknownMethod : refusals.unreadable;
    default:
      return refusals.unreadable;
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
