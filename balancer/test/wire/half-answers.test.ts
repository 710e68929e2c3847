import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Listener } from '../../src/listen/listener.ts';
import { startOrigin, startRawOrigin, type TestOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import { portOf } from '../wire.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Sends a request in bytes; resolves with all that came back and the error that ended the connection, if one did. */
async function told(port: number, request: string, seen: (text: string) => void = () => {}) {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let received = '';
  let ended = 'in order';
  socket.on('data', (text: string) => {
    received += text;
    seen(received);
  });
  socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    ended = code;
  });
  socket.write(request);
  await new Promise((closed) => socket.once('close', closed));
  return { received, ended };
}

function throughRoad(origin: TestOrigin): Promise<number> {
  const road = roadOver([origin.origin], { retries: 0 });
  ends.push(origin.close, road.close);
  return portOf(road.server);
}

const broken = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';

test.each([
  ['HTTP/1.0, which reads up to the close', 'GET / HTTP/1.0\r\n\r\n'],
  ['HTTP/1.1', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
])('an answer that breaks off is a reset for a client of %s, and no end that could be taken for the whole', async (_which, request) => {
  const { received, ended } = await told(await throughRoad(await startRawOrigin(broken)), request);
  expect(received).toContain('hello');
  expect(ended).toBe('ECONNRESET');
});

test('an answer that breaks off does not hold up those who asked behind it on the same connection', async () => {
  const { received, ended } = await told(await throughRoad(await startRawOrigin(broken)), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
  expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  expect(ended).toBe('ECONNRESET');
});

test('an answer that is cut when a stop takes too long is a reset too', async () => {
  const listener = new Listener((_req, res) => void res.write('half'), {
    ...{ maxClients: 100, maxClientsPerAddress: 'fair', threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
    ...{ headerTimeout: 10_000, keepAliveTimeout: 60_000, idleTimeout: 60_000, maxRequests: 0 },
  });
  ends.push(
    () => listener.stop(),
    () => listener.cut(),
  );
  const port = await listener.listen(0, '127.0.0.1');
  const { ended } = await told(port, 'GET / HTTP/1.0\r\n\r\n', (text) => {
    if (text.endsWith('half')) listener.cut();
  });
  expect(ended).toBe('ECONNRESET');
});

test('a client of HTTP/1.0 gets its answer without the interim ones before it (RFC 9110 §15.2), one of 1.1 gets them', async () => {
  const origin = await startOrigin((_req, res) => {
    res.writeEarlyHints({ link: '</a.css>; rel=preload' });
    res.end('whole');
  });
  const port = await throughRoad(origin);
  const older = await told(port, 'GET / HTTP/1.0\r\n\r\n');
  expect(older.received).toMatch(/^HTTP\/1\.1 200 [\s\S]*whole$/);
  expect(older.ended).toBe('in order');
  expect((await told(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).received).toMatch(/^HTTP\/1\.1 103 /);
});
