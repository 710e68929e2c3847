import type { Case } from './case.ts';

const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const get = 'GET /m-0-0- HTTP/1.1\r\nHost: a\r\n\r\n';

/** Bytes that once broke the balancer, cut down. */
const texts = [
  // An upgrade with a body that has not come yet; Node hands over a stream that is no socket.
  `${upgrade}Content-Length: 1\r\n\r\n`,
  `${upgrade}Transfer-Encoding: chunked\r\n\r\n1\r\n`,
  // An upgrade behind an answer that isn't whole, whoever gives that.
  `${get}${upgrade}\r\n`,
  `OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n${upgrade}\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n${upgrade}\r\n`,
  // CONNECT behind answers that have not begun: Node forgets to close them.
  `${get.repeat(50)}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`,
];

/** What once broke the balancer; thrown at both ports at the beginning of every run. */
export const found: readonly Case[] = texts.flatMap((text) =>
  (['public', 'admin'] as const).flatMap((port) =>
    (['fin', 'rst', 'silence'] as const).map((end) => ({ port, end, packets: [Buffer.from(text)], gapMs: 5, reads: true })),
  ),
);
