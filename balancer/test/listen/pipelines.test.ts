import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { Listener } from '../../src/listen/listener.ts';
import { until } from '../until.ts';

const limits = {
  ...{ maxClients: 100, maxClientsPerAddress: 'fair' as const, threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
  ...{ headerTimeout: 10_000, keepAliveTimeout: 60_000, idleTimeout: 60_000, maxRequests: 0 },
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A listener whose requests are answered by hand, with the responses that run, and a client that has sent bytes to it. */
async function sent(bytes: string) {
  const taken: ServerResponse[] = [];
  const closed: ServerResponse[] = [];
  const listener = new Listener((_req: IncomingMessage, res: ServerResponse) => {
    taken.push(res);
    res.on('close', () => closed.push(res));
  }, limits);
  const port = await listener.listen(0, '127.0.0.1');
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  ends.push(() => {
    client.destroy();
    listener.cut();
    return listener.stop();
  });
  client.on('error', () => {}).write(bytes);
  return { taken, closed, client, port };
}

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';

test('requests of one connection run one at a time, in their order', async () => {
  const { taken, client } = await sent(get('/1') + get('/2').repeat(2000) + get('/3'));
  const answers = text(client);
  for (let number = 1; number <= 2002; number++) {
    await until(
      () => taken.length === number,
      () => taken.length,
    );
    const res = taken[number - 1] as ServerResponse;
    if (number === 2002) res.shouldKeepAlive = false;
    res.end(res.req.url);
  }
  expect((await answers).match(/\/\d(?!\.)/g)?.join('')).toBe(`/1${'/2'.repeat(2000)}/3`);
});

test.each([
  ['another request', get('/1'), ''],
  ['an expectation', get('/1', 'Expect: x\r\n'), ''],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', ''],
  ['nothing, but with a length,', '', 'Content-Length: 1\r\n'],
  ['nothing, but with chunks,', '', 'Transfer-Encoding: chunked\r\n'],
])('an upgrade behind %s is a request like any other, answered in its turn', async (_what, before, fields) => {
  const { taken, client } = await sent(`${before}${get('/2', `${upgrade}${fields}`)}`);
  const answers = text(client);
  const count = before === '' ? 1 : 2;
  for (let number = 1; number <= count; number++) {
    await until(
      () => taken.length === number,
      () => taken.length,
    );
    taken[number - 1]?.end('ok');
  }
  client.end();
  expect((await answers).match(/HTTP\/1\.1 200/g)).toHaveLength(count);
});

test('CONNECT behind a running request ends that, with its connection', async () => {
  const { taken, closed, client } = await sent(`${get('/1').repeat(3)}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`);
  await text(client).catch(() => {});
  await until(
    () => closed.length === taken.length && closed.length > 0,
    () => closed.length,
  );
  expect(taken).toHaveLength(1);
});
