import type { Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { entranceOf } from '../../../src/listen/entrance/entrance.ts';
import { proxyProtocol } from '../../../src/listen/entrance/proxy-protocol.ts';
import type { ServerLimits } from '../../../src/listen/limits.ts';
import { Listener } from '../../../src/listen/listener.ts';
import { ownLedger } from '../../ledger.ts';
import { until } from '../../until.ts';
import { ask, Client, statusesIn } from '../../wire/hostile.ts';
import { addresses4, addresses6, binary, value } from './proxy-headers.ts';

const limits: ServerLimits = {
  ...{ maxClients: 100, maxClientsPerAddress: 'fair', threads: 1, maxHeaderSize: 16_384, maxTargetLength: 8192 },
  ...{ headerTimeout: 60_000, keepAliveTimeout: 60_000, idleTimeout: 60_000, maxRequests: 0 },
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** What a test may choose: who is a proxy, and for how long its header is waited for. */
interface Choices {
  readonly proxies?: readonly string[];
  readonly within?: number;
  readonly limits?: Partial<ServerLimits>;
}

/** A listener that takes PROXY headers from proxies, and answers each request with the ends of its connection. */
async function taking({ proxies = ['127.0.0.1'], within = 3_600_000, limits: others = {} }: Choices = {}) {
  const ledger = ownLedger();
  const notes: string[] = [];
  const isProxy = (address: string) => proxies.includes(address);
  const listener = new Listener(
    ({ socket }, res) => res.end(`${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}.`),
    { ...limits, ...others },
    {},
    ledger,
    isProxy,
  );
  const step = proxyProtocol({ isProxy, closed: (address, why) => notes.push(`${address}: ${why}`) }, within);
  const entrance = entranceOf([step], (arrival) => arrival.speakHttp1());
  const port = await listener.listen(0, '127.0.0.1', false, entrance);
  ends.push(
    () => listener.stop(),
    () => listener.cut(),
  );
  const comes = async () => {
    const client = await Client.to(port);
    ends.push(() => client.leave());
    return client;
  };
  return { port, server: listener.server as Server, ledger, notes, comes };
}

const text = 'PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n';
const from4 = '192.0.2.1 56324 198.51.100.2 443.';
const latin1 = (bytes: Buffer) => bytes.toString('latin1');
const tlvs = Buffer.concat([addresses4, value(1, Buffer.from('h2')), value(4, Buffer.alloc(300))]);

const headers: readonly (readonly [string, string, string])[] = [
  ['version 1', text, from4],
  ['version 1 over IPv6', 'PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n', '2001:db8::1 56324 2001:db8::2 443.'],
  ['version 2', latin1(binary(0x21, 0x11, addresses4)), from4],
  ['version 2 over IPv6', latin1(binary(0x21, 0x21, addresses6)), '2001:db8::1 56324 2001:db8::2 443.'],
  ['version 2 with more behind the addresses', latin1(binary(0x21, 0x11, tlvs)), from4],
];

test.each(headers)('takes %s, before a request in the same packet, and for all requests of the connection', async (_what, header, from) => {
  const { comes, notes } = await taking();
  const client = await comes();
  expect(await client.send(header + ask('/1')).until(/\.$/)).toContain(from);
  const all = await client.send(ask('/2') + ask('/3', 'Connection: close')).end();
  expect(all.split(from).length).toBe(4);
  expect(notes).toEqual([]);
});

test.each(headers)('takes %s byte by byte', async (_what, header, from) => {
  const { comes } = await taking();
  const client = await comes();
  for (const byte of header + ask('/')) {
    client.send(byte);
    await new Promise(setImmediate);
  }
  expect(await client.until(/\.$/)).toContain(from);
});

test.each([
  ['LOCAL', latin1(binary(0x20, 0, Buffer.alloc(0)))],
  ['LOCAL with addresses', latin1(binary(0x20, 0x11, addresses4))],
  ['UNKNOWN', 'PROXY UNKNOWN\r\n'],
  ['a Unix socket', latin1(binary(0x21, 0x31, Buffer.alloc(216)))],
])('with %s the proxy speaks for itself, and counts as a proxy', async (_what, header) => {
  const { comes, port, ledger } = await taking({ limits: { maxClientsPerAddress: 1 } });
  const [one, two] = [await comes(), await comes()];
  expect(await one.send(header + ask('/')).until(/\.$/)).toContain(`127.0.0.1 ${one.ownPort} 127.0.0.1 ${port}.`);
  await two.send(header + ask('/')).until(/\.$/);
  expect(ledger.shares.of(ledger.shares.bucketOf('127.0.0.1'))).toBe(0);
});

test('its client counts by the address in the header, and no further than each client may', async () => {
  const { comes, ledger } = await taking({ limits: { maxClientsPerAddress: 1 } });
  const one = await comes();
  await one.send(text + ask('/')).until(/\.$/);
  const { shares } = ledger;
  expect(shares.of(shares.bucketOf('192.0.2.1'))).toBe(1);
  const other = await comes();
  expect(await other.send(text.replace('192.0.2.1', '192.0.2.2') + ask('/')).until(/\.$/)).toContain('192.0.2.2 56324');
  one.leave();
  await until(
    () => shares.of(shares.bucketOf('192.0.2.1')) === 0,
    () => shares.of(shares.bucketOf('192.0.2.1')),
  );
});

test('a header that is from another proxy counts as a proxy’s connection', async () => {
  const { comes, ledger } = await taking({ proxies: ['127.0.0.1', '192.0.2.1'] });
  const client = await comes();
  await client.send(text + ask('/')).until(/\.$/);
  expect(ledger.shares.of(ledger.shares.bucketOf('192.0.2.1'))).toBe(0);
});

test.each([
  ['a request', ask('/'), /what it sends first is no PROXY header$/],
  ['a TLS handshake', '\x16\x03\x01\x02\x00', /no PROXY header$/],
  ['a header that is wrong', 'PROXY TCP4 nonsense\r\n', /its PROXY header can't be read: PROXY TCP4 nonsense$/],
  ['a line that doesn’t end', `PROXY ${'x'.repeat(200)}`, /has no end after 107 bytes$/],
  ['a header that is too long', latin1(binary(0x21, 0x11, Buffer.alloc(0), 60_000)), /has 60016 bytes; up to 4096 are taken$/],
])('closes a proxy’s connection that begins with %s, without a word but in the log', async (_what, bytes, why) => {
  const { comes, notes, ledger } = await taking();
  const client = await comes();
  expect(await client.send(bytes).end()).toBe('');
  expect(notes).toEqual([expect.stringMatching(/^127\.0\.0\.1: /)]);
  expect(notes[0]).toMatch(why);
  expect(ledger.connect(0)).toBe(0);
});

test.each([
  ['nothing', ''],
  ['a part of a header', text.slice(0, 20)],
  ['a part of a header of version 2', latin1(binary(0x21, 0x11, addresses4)).slice(0, 20)],
])('closes a proxy’s connection on which %s has come in time', async (_what, bytes) => {
  const { comes, notes } = await taking({ within: 50 });
  expect(await (await comes()).send(bytes).end()).toBe('');
  expect(notes).toEqual(['127.0.0.1: it sent no PROXY header in 0.05 s']);
});

test('who only looks whether somebody listens is no line in the log', async () => {
  const { comes, notes, ledger } = await taking();
  await (await comes()).finish().end();
  (await comes()).leave();
  await until(
    () => ledger.connect(0) === 0,
    () => ledger.connect(0),
  );
  expect(notes).toEqual([]);
});

test('waits for 2 s, where nothing else is said', async () => {
  const isProxy = () => true;
  const waits: number[] = [];
  const arrival = {
    ...{ socket: { remoteAddress: '192.0.2.1' }, isGone: false, end: () => {} },
    first: async (_isEnough: unknown, within: number) => {
      waits.push(within);
      return 'late';
    },
  };
  const notes: string[] = [];
  expect(await proxyProtocol({ isProxy, closed: (address, why) => notes.push(`${address}: ${why}`) })(arrival as never)).toBe(false);
  expect([waits, notes]).toEqual([[2000], ['192.0.2.1: it sent no PROXY header in 2 s']]);
});

test('others are served as ever without a header, and with one what they send is no HTTP', async () => {
  const { comes, notes, port } = await taking({ proxies: ['10.0.0.1'] });
  const plain = await comes();
  const from = `127.0.0.1 ${plain.ownPort} 127.0.0.1 ${port}.`;
  expect(await plain.send(ask('/', 'Connection: close')).end()).toContain(from);
  for (const [, header] of headers) {
    const liar = await comes();
    expect(statusesIn(await liar.send(header + ask('/')).end())).toEqual([400]);
  }
  expect(notes).toEqual([]);
});

test('takes many at once that are for the same client', async () => {
  const { comes, ledger } = await taking();
  const clients = await Promise.all(Array.from({ length: 20 }, comes));
  for (const client of clients) client.send(text);
  await until(
    () => ledger.shares.of(ledger.shares.bucketOf('192.0.2.1')) === 20,
    () => ledger.shares.of(ledger.shares.bucketOf('192.0.2.1')),
  );
  for (const client of clients) client.send(ask('/'));
  await Promise.all(clients.map((client) => client.until(/\.$/)));
});
