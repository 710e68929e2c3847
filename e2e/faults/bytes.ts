/** Requests as they should be, to start from. */
const models = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n',
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTrailer: x\r\nConnection: close, x\r\nX: 1\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** Noise, or a request that was mutated in up to eight places: bytes changed, dropped, doubled, or put in. */
export function mutatedRequest(random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  const byte = () => below(256);
  if (random() < 0.2) return Buffer.from(Array.from({ length: 1 + below(600) }, byte));
  const bytes = [...Buffer.from(models[below(models.length)] ?? '', 'latin1')];
  for (let times = below(9); times > 0; times--) {
    const at = below(bytes.length);
    const put = [[byte()], [], [bytes[at] ?? 0, bytes[at] ?? 0], [byte(), byte(), bytes[at] ?? 0]][below(4)] ?? [];
    bytes.splice(at, 1, ...put);
  }
  return Buffer.from(bytes);
}
