import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { Listener } from '../../src/listen/listener.ts';
import { until } from '../until.ts';
import { Client } from '../wire/hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const limits = {
  ...{ maxClients: 100, maxClientsPerAddress: 'fair' as const, threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
  ...{ headerTimeout: 10_000, keepAliveTimeout: 60_000, idleTimeout: 60_000, maxRequests: 0 },
};

/** The lengths of the pieces in which a body comes, once it has come whole. */
function piecesOf(req: IncomingMessage): Promise<number[]> {
  const pieces: number[] = [];
  const { promise, resolve } = Promise.withResolvers<number[]>();
  req.on('data', (piece: Buffer) => pieces.push(piece.length)).on('end', () => resolve(pieces));
  return promise;
}

test('a body in chunks of a byte that waits behind another request is kept in few pieces, and whole', async () => {
  const taken: { req: IncomingMessage; res: ServerResponse }[] = [];
  const listener = new Listener((req, res) => void taken.push({ req, res }), limits);
  ends.push(
    () => listener.stop(),
    () => listener.cut(),
  );
  let connected: { readonly bytesRead: number } = { bytesRead: 0 };
  listener.server.on('connection', (socket) => {
    connected = socket;
  });
  const client = await Client.to(await listener.listen(0, '127.0.0.1'));
  ends.push(() => client.leave());
  const chunks = 20_000;
  const bytes = `GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(chunks)}0\r\n\r\n`;
  client.send(bytes);
  await until(
    () => connected.bytesRead === bytes.length,
    () => connected.bytesRead,
  );
  taken[0]?.res.end('done');
  await until(
    () => taken.length === 2,
    () => taken.length,
  );
  const pieces = await piecesOf(taken[1]?.req as IncomingMessage);
  expect(pieces.reduce((sum, length) => sum + length, 0)).toBe(chunks);
  expect(pieces.length).toBeLessThan(8);
});
