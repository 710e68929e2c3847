import { createHash } from 'node:crypto';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';

/** What the origin must prove that it understood the handshake with (RFC 6455 §4.2.2). */
export const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** A client's opening handshake. */
export const handshake = [
  'GET /chat HTTP/1.1',
  'Host: a',
  'Connection: keep-alive, Upgrade',
  'Upgrade: WebSocket',
  `Sec-WebSocket-Key: ${key}`,
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n');

/** The answer of an origin that agrees. */
export const switching = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
