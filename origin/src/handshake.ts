import { createHash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** What is wrong with a request for a WebSocket. */
interface Problem {
  readonly status: number;
  readonly sentence: string;
  readonly fields: OutgoingHttpHeaders;
}

/** Says what is wrong with a client's opening handshake (RFC 6455 §4.2.1), if anything is. */
export function handshakeProblem({ headers, httpVersion }: IncomingMessage): Problem | undefined {
  const fields = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  const asks = has(headers.upgrade, 'websocket') && has(headers.connection, 'upgrade') && httpVersion === '1.1';
  if (!asks) return { status: 426, sentence: 'this is a WebSocket; connect with ws://, not http://', fields };
  if (headers['sec-websocket-version'] !== '13') return { status: 426, sentence: 'give Sec-WebSocket-Version: 13', fields };
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
    return { status: 400, sentence: 'give a Sec-WebSocket-Key of 16 bytes in base64', fields: {} };
  }
  return undefined;
}

/** The server's half of the handshake. */
export function handshakeFor({ headers }: IncomingMessage): string {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const fields = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  return ['HTTP/1.1 101 Switching Protocols', ...fields, '', ''].join('\r\n');
}

/** Whether a comma-separated list has a word, in whatever case. */
function has(list: string | undefined, word: string): boolean {
  return (list ?? '').split(',').some((item) => item.trim().toLowerCase() === word);
}
