import type { Socket } from 'node:net';

/** How long a rejected client may take to read its answer, in ms. */
const lingering = 1000;

/**
 * Answers on a bare connection, where there is no request to answer, and closes it. What the client still sends is thrown
 * away: closing with unread bytes would reset the connection, and the client might never see the answer.
 */
export function reject(socket: Socket, sentence: string, fields = ''): void {
  const body = `${sentence}\n`;
  const head = `HTTP/1.1 ${sentence.split(':', 1)[0]}\r\n${fields}Content-Type: text/plain; charset=utf-8\r\n`;
  socket.end(`${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingering);
  socket.once('close', () => clearTimeout(timer));
}

/** An error of Node's HTTP parser, with the bytes that it stumbled over. */
export type ParserError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

/** The answer to a message that can't be read (RFC 9110 §15.5). */
export function sentenceFor({ code, rawPacket }: ParserError): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return isInRequestLine(rawPacket) ? '414 URI Too Long' : '431 Request Header Fields Too Large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return '413 Content Too Large: chunk extensions';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout: the header took too long';
    default:
      return '400 Bad Request';
  }
}

/** Whether the bytes are a request line that has not ended. */
function isInRequestLine(bytes: Buffer | undefined): boolean {
  return bytes !== undefined && !bytes.includes('\n') && /^[A-Z]+ /.test(bytes.toString('latin1', 0, 32));
}
