import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { OutcomeName } from '../../src/brain/pool/tally.ts';
import { startOrigin } from '../origins.ts';
import { type RoadOptions, roadOver, testInPlain, testOfOneThread } from '../road.ts';
import { overTls } from '../roads/tls-flags.ts';
import { until } from '../until.ts';
import { ask, Client, statusesIn } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function road(options: RoadOptions = {}, ...handler: Parameters<typeof startOrigin>) {
  const origin = await startOrigin(...handler);
  const built = roadOver([origin.origin], options);
  ends.push(origin.close, built.close);
  const client = await Client.to(built.server);
  ends.push(() => client.leave());
  // Roads of several threads go on with the counts of those before them.
  const before = built.ledger.sumIn().outcomes;
  const counted = (name: OutcomeName) => built.ledger.sumIn().outcomes[name] - before[name];
  return { ...built, client, counted, requests: origin.requests };
}

const line = (start: string) => `${start}\r\nHost: a\r\n\r\n`;

describe('what can not be read as a request leaves a line in the log and a count:', () => {
  test.each([
    ['a method that the parser does not know', line('BREW /pot HTTP/1.1'), 501],
    ['one that begins like another', line('GETX / HTTP/1.1'), 501],
    ['a known one in lower case (RFC 9110 §9.1)', line('get / HTTP/1.1'), 501],
    ['a method of another protocol', line('PLAY / HTTP/1.1'), 501],
    ['no request line', 'nonsense\r\n\r\n', 400],
    ['a field without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n', 400],
    ['another protocol', line('GET / RTSP/1.0'), 400],
    ['another protocol with a method of its own', line('SETUP / RTSP/1.0'), 400],
    ['one that is like HTTP', line('SOURCE / ICE/1.0'), 400],
    ['a tunnel', line('CONNECT a:1 HTTP/1.1'), 501],
    ['a field that is too long', ask('/', `X: ${'x'.repeat(100_000)}`), 431],
    ['an expectation that nobody can meet', ask('/', 'Expect: x'), 417],
    ['such an expectation of a request with a body', 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n', 417],
    ['a body that can not be read', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ])('%s', async (_what, bytes, status) => {
    const { client, records, notes, counted, requests } = await road();
    expect(statusesIn(await client.send(bytes).end())).toEqual([status]);
    const told = () => [...notes().map((note) => Number.parseInt(note, 10)), ...records().map((record) => record.status)];
    await until(() => told().length > 0, told);
    expect(told()).toEqual([status]);
    expect(counted(status < 500 ? '4xx' : '5xx')).toBe(1);
    expect(requests).toEqual([]);
  });

  test('a greeting of TLS, whose connection is closed at once where that is not over TLS itself', async () => {
    const { client, notes, counted } = await road();
    const seen = await client.send('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03').end();
    await until(() => notes().length > 0, notes);
    const plain = '400 Bad Request: this port speaks plain HTTP, and was spoken to in TLS; ask for http://';
    expect([statusesIn(seen), notes()]).toEqual(overTls ? [[400], ['400 Bad Request']] : [[], [plain]]);
    expect(counted('4xx')).toBe(1);
  });

  test('nonsense behind a request that can be read, which is answered first', async () => {
    const { client, notes, counted } = await road();
    expect(statusesIn(await client.send(`${ask('/')}BREW / HTTP/1.1\r\n\r\n`).end())).toEqual([200, 501]);
    await until(() => notes().length > 0, notes);
    expect(notes()).toEqual(['501 Not Implemented: this method is not known here']);
    expect([counted('2xx'), counted('5xx')]).toEqual([1, 1]);
  });

  testInPlain('who is turned away before the handshake can be told nothing')('one connection too many', async () => {
    const { client, server, notes, counted, requests } = await road({ flags: ['--max-clients=1'] }, () => {});
    client.send(ask('/'));
    await until(() => requests.length === 1, notes);
    const other = await Client.to(server);
    ends.push(() => other.leave());
    expect(statusesIn(await other.end())).toEqual([503]);
    await until(() => notes().length > 0, notes);
    expect(counted('5xx')).toBe(1);
  });

  test('a client that says nothing for too long', async () => {
    const { client, notes, counted } = await road({ flags: [`--header-timeout=${overTls ? '3s' : '50ms'}`] });
    expect(statusesIn(await client.end())).toEqual([408]);
    await until(() => notes().length > 0, notes);
    expect(counted('4xx')).toBe(1);
  });
});

const testOfSockets = overTls
  ? testInPlain('it looks at the socket below')
  : testOfOneThread('the sockets of other threads are out of reach');
testOfSockets.each([
  ['no place becomes free in time', 1000],
  ['one becomes free', 20_000],
])(
  'a request that turns out to be unreadable while it waits is answered once, also where %s before its client takes that',
  async (_what, maxWait) => {
    const held: ServerResponse[] = [];
    const { server, client, ledger } = await road({ maxConnections: 1, maxWaiting: 1, maxWait }, (_req, res) => held.push(res));
    client.send(ask('/'));
    await until(
      () => held.length === 1,
      () => held.length,
    );
    const [[socket], waiting] = (await Promise.all([once(server, 'connection'), Client.to(server)])) as [[Socket], Client];
    ends.push(() => waiting.leave());
    waiting.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n');
    await until(
      () => ledger.waiting === 1,
      () => ledger.waiting,
    );
    // As if the system had no room for what is written.
    let write = () => {};
    Object.assign(socket, {
      _writev: undefined,
      _write: (...args: Parameters<Socket['_write']>) => {
        write = () => Socket.prototype._write.apply(socket, args);
      },
    });
    waiting.send('zz\r\n');
    await until(
      () => socket.writableLength > 0,
      () => socket.writableLength,
    );
    if (maxWait > 1000) held[0]?.end();
    await until(
      () => ledger.waiting === 0,
      () => ledger.waiting,
    );
    socket._write = Socket.prototype._write;
    write();
    expect(statusesIn(await waiting.end())).toEqual([400]);
    held[0]?.end();
    await until(
      () => ledger.enter(0) === 0,
      () => ledger.enter(0),
    );
    expect(held).toHaveLength(1);
  },
);

test('a client of HTTP/1.0 is served, whatever its target looks like', async () => {
  const { client } = await road();
  expect(statusesIn(await client.send(line('GET /RTSP/1.0 HTTP/1.0')).end())).toEqual([200]);
});
