import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver, testOfOneThread } from '../road.ts';
import { fileOf, identityBy } from '../tls-origin.ts';
import { until } from '../until.ts';
import { onTheWire } from '../wire.ts';
import { ask, Client } from './hostile.ts';
import { get } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A road to a server that is handed each connection over TLS as it is. */
async function over(take: (socket: Socket) => void, options: RoadOptions = { retries: 0, timeout: 60_000 }) {
  const server = createServer({ ...identityBy('local'), allowHalfOpen: true }, (socket) => {
    ends.push(() => socket.destroy());
    take(socket.on('error', () => {}));
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = { ...originAt(port), url: new URL(`https://127.0.0.1:${port}`) };
  const road = roadOver([origin], { ...options, flags: [`--origin-ca=${fileOf('authority')}`] });
  ends.push(() => server.close(), road.close);
  return road;
}

/** Calls back with each request whose header has arrived in full, all that came with it, and which one of its connection it is. */
function each(answer: (socket: Socket, request: string, place: number) => void): (socket: Socket) => void {
  return (socket) => {
    let pending = '';
    let place = 0;
    socket.setEncoding('latin1').on('data', (text: string) => {
      pending += text;
      if (!pending.includes('\r\n\r\n')) return;
      const request = pending;
      pending = '';
      place += 1;
      answer(socket, request, place);
    });
  };
}

const mebibyte = 1024 * 1024;
const upload = (bytes: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n`;

describe('what holds for origins over TCP holds over TLS:', () => {
  test('an answer before the whole request reaches the client at once, and the origin gets the whole body all the same', async () => {
    let taken = 0;
    const road = await over((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok'));
      socket.on('data', (chunk: Buffer) => {
        taken += chunk.length;
      });
    });
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(upload(2 * mebibyte) + 'x'.repeat(mebibyte));
    await client.until(/^HTTP\/1\.1 202 [\s\S]*ok$/);
    client.send('x'.repeat(mebibyte));
    await until(
      () => taken >= 2 * mebibyte,
      () => taken,
    );
  });

  test.each([
    ['closes', (socket: Socket) => socket.pause().destroySoon()],
    ['reads no more', (socket: Socket) => socket.pause()],
  ])('a 413 is a 413 where the origin then %s', async (_how, leave) => {
    const road = await over((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large');
        leave(socket);
      });
    });
    const statuses: string[] = [];
    for (let i = 0; i < 10; i++) {
      const client = await Client.to(road.server);
      client.send(upload(20 * mebibyte) + 'x'.repeat(mebibyte));
      statuses.push((await client.until(/^HTTP\/1\.1 [\s\S]*(?:too large|\n)$/)).slice(9, 12));
      client.leave();
    }
    expect(statuses).toEqual(statuses.map(() => '413'));
  });

  test('a long body arrives as it was sent, both ways', async () => {
    const body = Buffer.alloc(2 * mebibyte, 'all that a long body has to say. ');
    const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
    let got = Buffer.alloc(0);
    const road = await over((socket) => {
      const pieces: Buffer[] = [];
      socket.on('data', (piece: Buffer) => {
        pieces.push(piece);
        const all = pieces.reduce((sum, { length }) => sum + length, 0);
        if (all < body.length) return;
        got = Buffer.concat(pieces);
        if (got.length - got.indexOf('\r\n\r\n') - 4 < body.length) return;
        socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body]));
      });
    });
    const answer = await onTheWire(
      road.server,
      `${get('/').replace('GET', 'PUT').replace('\r\n\r\n', `\r\nContent-Length: ${body.length}\r\n\r\n`)}${body}`,
    );
    expect(hash(got.subarray(got.indexOf('\r\n\r\n') + 4))).toBe(hash(body));
    expect(hash(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toBe(hash(body));
  });

  test('trailers get through', async () => {
    const road = await over(
      each((socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n2\r\nok\r\n0\r\nSum: 1\r\n\r\n')),
    );
    expect(await onTheWire(road.server, get('/', 'TE: trailers'))).toMatch(/2\r\nok\r\n0\r\nSum: 1\r\n\r\n$/);
  });

  test('an answer without a length is whole when the origin closes, and one with a length is not', async () => {
    const road = await over(
      each((socket, request) => socket.end(`HTTP/1.1 200 OK\r\n${request.includes('/short') ? 'Content-Length: 9\r\n' : ''}\r\nhalf`)),
    );
    expect(await onTheWire(road.server, get('/open'))).toMatch(/^HTTP\/1\.1 200 [\s\S]*half/);
    const client = await Client.to(road.server);
    await client.send(ask('/short')).end();
    await until(
      () => road.records().length === 2,
      () => road.records(),
    );
    expect(road.records().map(({ attempts }) => attempts[0]?.result)).toEqual(['200', 'connection closed in mid-answer']);
  });

  testOfOneThread('each keeps connections of its own')(
    'a request that meets a stale connection leaves once more, on a new one',
    async () => {
      let connections = 0;
      const road = await over((socket) => {
        connections += 1;
        each((_socket, _request, place) => {
          if (place === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
          else socket.destroy();
        })(socket);
      });
      for (let i = 1; i <= 3; i++) {
        expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok$/);
        expect(connections).toBe(i);
      }
      expect(road.records().map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
    },
  );

  test('a client that leaves ends its request at the origin', async () => {
    const gone = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const road = await over((socket) => {
      socket.once('close', gone.resolve);
      socket.on('end', () => socket.end());
      socket.once('data', () => asked.resolve());
    });
    const client = (await Client.to(road.server)).send(get('/'));
    await asked.promise;
    client.leave();
    await gone.promise;
  });
});
