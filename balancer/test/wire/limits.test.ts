import { describe, expect, test } from '@jest/globals';
import { describeInPlain, testAtOnce } from '../road.ts';
import { overTls } from '../roads/tls-flags.ts';
import { ask, statusesIn } from './hostile.ts';
import { client, ends, over, road, slowOrigin } from './limited.ts';

/** The line and fields of the last response in a stream. */
const lastHead = (stream: string) => stream.slice(stream.lastIndexOf('HTTP/1.1 ')).split('\r\n\r\n', 1)[0];

const many = (count: number, piece: string) => piece.repeat(count);

describe('--max-header-size', () => {
  const sized = (bytes: number) => ask('/', `X: ${many(bytes, 'x')}`);

  test('lets a header of that size through', async () => {
    const { server } = await road('--max-header-size=2KiB');
    expect(statusesIn(await (await client(server)).send(sized(1900)).until(/\r\n\r\n/))).toEqual([200]);
  });

  test('is a 431 for one that is a little larger', async () => {
    const { server, requests } = await road('--max-header-size=2KiB');
    expect(statusesIn(await (await client(server)).send(sized(2100)).end())).toEqual([431]);
    expect(requests).toEqual([]);
  });

  test.each([
    ['far larger', sized(100_000)],
    ['far larger and has no end', ask('/').replace('\r\n\r\n', `\r\nX: ${many(100_000, 'x')}`)],
    ['all name and no end', `GET / HTTP/1.1\r\n${many(100_000, 'x')}`],
    ['of many small fields', ask('/', ...Array.from({ length: 20_000 }, () => 'X: y'))],
  ])('is a 431 for one that is %s, and nothing behind it is parsed', async (_how, bytes) => {
    const { server, requests } = await road('--max-header-size=2KiB');
    expect(statusesIn(await (await client(server)).send(bytes + ask('/behind')).end())).toEqual([431]);
    expect(requests).toEqual([]);
  });

  test('holds for trailers too: their sender gets no answer from an origin', async () => {
    const { server, requests } = await road('--max-header-size=2KiB');
    const trailers = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${many(100_000, 'x')}\r\n\r\n`;
    expect(statusesIn(await (await client(server)).send(trailers + ask('/behind')).end())).not.toContain(200);
    expect(requests.filter(({ complete }) => complete)).toEqual([]);
  });

  test('holds for the extensions of chunks too: they are a 413', async () => {
    const { server } = await road('--max-header-size=2KiB');
    const chunk = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;${many(100_000, 'x')}\r\nx\r\n0\r\n\r\n`;
    expect(statusesIn(await (await client(server)).send(chunk + ask('/behind')).end())).toEqual([413]);
  });
});

describe('--max-headers', () => {
  const fields = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: y`);

  test('lets that many fields through, Host included', async () => {
    const { server } = await road('--max-headers=5');
    expect(statusesIn(await (await client(server)).send(ask('/', ...fields(4))).until(/\r\n\r\n/))).toEqual([200]);
  });

  test.each([5, 500])('is a 431 for Host and %i more, and nothing behind it is answered', async (count) => {
    const { server, requests } = await road('--max-headers=5');
    const received = await (await client(server)).send(ask('/', ...fields(count)) + ask('/behind')).end();
    expect(statusesIn(received)).toEqual([431]);
    expect(received).toContain('\r\nConnection: close\r\n');
    expect(requests).toEqual([]);
  });
});

describeInPlain('a header is read by the record, so that its line may be out of sight when it is too long')('--max-target-length', () => {
  const long = (length: number) => `/${many(length - 1, 'x')}`;

  test('lets a target of that length through', async () => {
    const { server } = await road('--max-target-length=1KiB');
    expect(statusesIn(await (await client(server)).send(ask(long(1024))).until(/\r\n\r\n/))).toEqual([200]);
  });

  test.each([
    ['a byte longer', ask(long(1025))],
    ['ten times as long', ask(long(10_240))],
    ['longer than it and the header may be together', ask(long(20_000))],
    ['far longer', ask(long(100_000))],
    ['far longer and has no end', `GET ${long(100_000)}`],
    ['absolute and far longer', ask(`http://a${long(100_000)}`)],
  ])('is a 414 for one that is %s', async (_how, bytes) => {
    const { server, requests } = await road('--max-target-length=1KiB');
    expect(statusesIn(await (await client(server)).send(bytes).end())).toEqual([414]);
    expect(requests).toEqual([]);
  });

  test('is a 414, or a 431, also where the target comes in pieces', async () => {
    const { server } = await road('--max-target-length=1KiB');
    const slow = (await client(server)).send('GET /');
    const sending = setInterval(() => slow.send(many(1000, 'x')), 2);
    ends.push(() => clearInterval(sending));
    expect([[414], [431]]).toContainEqual(statusesIn(await slow.end()));
  });
});

/** Long enough for a handshake, where there is one, on a busy machine; as it stands behind an option. */
const headerTimeout = overTls ? '3s' : '100ms';

describe('--header-timeout is a 408 for a client that', () => {
  testAtOnce.each([
    ['says nothing', ''],
    ['stops in the request line', 'GET /'],
    ['stops in the header', 'GET / HTTP/1.1\r\nHost: a\r\nX'],
    ['stops before the last line', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ])('%s', async (_how, bytes) => {
    const { server } = await road(`--header-timeout=${headerTimeout}`);
    expect(statusesIn(await (await client(server)).send(bytes).end())).toEqual([408]);
  });

  testAtOnce.each([
    ['sends it byte by byte', 'x'],
    ['sends blank lines instead', '\r\n'],
  ])('%s', async (_how, piece) => {
    const { server } = await road(`--header-timeout=${headerTimeout}`);
    const slow = await client(server);
    const sending = setInterval(() => slow.send(piece === 'x' && !slow.received ? 'G' : piece), 20);
    ends.push(() => clearInterval(sending));
    const received = await slow.send(piece === 'x' ? 'GET / HTTP/1.1\r\nX: ' : piece).end();
    expect(statusesIn(received)).toEqual([408]);
  });

  testAtOnce('stops in its second header', async () => {
    const { server } = await road(`--header-timeout=${headerTimeout}`);
    const slow = await client(server);
    await slow.send(ask('/')).until(/\r\n\r\n\d+$/);
    expect(statusesIn(await slow.send('GET / HTTP/1.1\r\n').end())).toEqual([200, 408]);
  });

  testAtOnce('has half a header behind a request that is still running, after the answer to that', async () => {
    const slow = await slowOrigin();
    const { server } = over([slow.origin], { flags: [`--header-timeout=${headerTimeout}`] });
    const pipelining = (await client(server)).send(`${ask('/')}GET /half`);
    await slow.arrived(1);
    setTimeout(() => slow.held[0]?.(), 400);
    expect(statusesIn(await pipelining.end())[0]).toBe(200);
  });
});

testAtOnce('--keep-alive-timeout closes an idle connection, and not before', async () => {
  const { server } = await road('--keep-alive-timeout=150ms');
  const idle = await client(server);
  await idle.send(ask('/')).until(/\r\n\r\n\d+$/);
  const begun = performance.now();
  expect(statusesIn(await idle.end())).toEqual([200]);
  expect(performance.now() - begun).toBeGreaterThan(140);
});

describe('--max-requests', () => {
  test('closes the connection with the last answer, which says so', async () => {
    const { server } = await road('--max-requests=2');
    const busy = await client(server);
    expect(await busy.send(ask('/')).until(/\r\n\r\n\d+$/)).not.toContain('Connection: close');
    const received = await busy.send(ask('/')).end();
    expect(statusesIn(received)).toEqual([200, 200]);
    expect(lastHead(received)).toContain('\r\nConnection: close');
  });

  test('lets nothing more through, however much is sent at once', async () => {
    const { server, requests } = await road('--max-requests=2');
    const busy = (await client(server)).send(many(4, ask('/')));
    await busy.until(/(HTTP\/1\.1 200[\s\S]*){2}/);
    await (await client(server)).send(ask('/fence', 'Connection: close')).end();
    expect(requests.filter(({ url }) => url === '/')).toHaveLength(2);
  });

  test('gives no answer after the last one, however much is sent at once', async () => {
    const { server } = await road('--max-requests=2');
    expect(statusesIn(await (await client(server)).send(many(4, ask('/'))).end())).toEqual([200, 200]);
  });
});
