import { afterEach, expect } from '@jest/globals';
import { proxyHeaderIn } from '../../src/listen/entrance/proxy-header.ts';
import { deadOrigin, startOrigin } from '../origins.ts';
import { type ProxiedOrigin, startProxiedOrigin } from '../proxied-origin.ts';
import { type RoadOptions, roadOver, type TestRoad, testInPlain } from '../road.ts';
import { fileOf, identityBy } from '../tls-origin.ts';
import { until } from '../until.ts';
import { portOf } from '../wire.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { startByteOrigin } from './through.ts';
import { handshake } from './web-sockets.ts';

const ends: (() => unknown)[] = [];
const test = testInPlain('origins are told of the connections of what is in between');
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(...args: Parameters<typeof startProxiedOrigin>): Promise<ProxiedOrigin> {
  const origin = await startProxiedOrigin(...args);
  ends.push(origin.close);
  return origin;
}

function roadTo(origins: readonly ProxiedOrigin['origin'][], options: RoadOptions = {}): TestRoad {
  const road = roadOver(origins, options);
  ends.push(road.close);
  return road;
}

async function clientOf(road: TestRoad): Promise<Client> {
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  return client;
}

/** Asks so many times, one after the other, and says what the bodies of the answers were. */
async function bodiesOf(client: Client, ...requests: string[]): Promise<string[]> {
  const bodies: string[] = [];
  for (const request of requests) {
    const before = client.received.length;
    client.send(request);
    await until(
      () => /\r\n\r\n[^\r]+$/.test(client.received.slice(before)),
      () => client.received,
    );
    bodies.push(client.received.slice(before).split('\r\n\r\n').at(-1) ?? '');
  }
  return bodies;
}

async function connectionOf(client: Client, road: TestRoad) {
  const end = (port: number | undefined) => ({ address: '127.0.0.1', port });
  return { source: end(client.ownPort), destination: end(await portOf(road.server)) };
}

const overTls = { shows: identityBy('local') };
const trusting = { flags: [`--origin-ca=${fileOf('authority')}`] };

test.each([
  ['v1', 'TCP', {}],
  ['v2', 'TCP', {}],
  ['v1', 'TLS', overTls],
  ['v2', 'TLS', overTls],
] as const)(
  'an origin is told by %s over %s whom a connection is for, and one client’s carries nobody else’s requests',
  async (version, _over, shown) => {
    const server = await started(version, shown);
    const road = roadTo([server.origin], trusting);
    const [alice, bob] = [await clientOf(road), await clientOf(road)];
    expect(await bodiesOf(alice, ask('/1'), ask('/2'))).toEqual(['1', '1']);
    expect(await bodiesOf(bob, ask('/3'))).toEqual(['2']);
    expect(await bodiesOf(alice, ask('/4'))).toEqual(['1']);
    expect(await bodiesOf(bob, ask('/5'), ask('/6'))).toEqual(['2', '2']);
    expect(server.headers).toEqual([
      { version, ends: await connectionOf(alice, road) },
      { version, ends: await connectionOf(bob, road) },
    ]);
  },
);

test('the header is the first thing on a connection, and is there once', async () => {
  const server = await startByteOrigin((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
  ends.push(server.close);
  const { origin, close } = await startProxiedOrigin('v1');
  close();
  const url = new URL(`http://127.0.0.1:${server.port}`);
  const road = roadTo([{ ...origin, id: url.host, url }]);
  const client = await clientOf(road);
  await client.send(ask('/1')).until(/ok$/);
  await client.send(ask('/2')).until(/ok[^$]*ok$/);
  const line = `PROXY TCP4 127.0.0.1 127.0.0.1 ${client.ownPort} ${await portOf(road.server)}\r\n`;
  expect(server.received().startsWith(`${line}GET /1 `)).toBe(true);
  expect(server.received().split('PROXY').length).toBe(2);
});

test('a connection to such an origin ends with its client’s', async () => {
  const server = await started('v2');
  const road = roadTo([server.origin]);
  const client = await clientOf(road);
  await bodiesOf(client, ask('/'));
  expect(server.open()).toBe(1);
  client.leave();
  await until(
    () => server.open() === 0,
    () => server.open(),
  );
});

test('a client is not bound to one such origin, and listens to no more than one end for all of them', async () => {
  const servers = await Promise.all(Array.from({ length: 12 }, () => started('v2')));
  const road = roadTo(servers.map(({ origin }) => origin));
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on('warning', hear);
  ends.push(() => process.off('warning', hear));
  const client = await clientOf(road);
  await bodiesOf(client, ...Array.from({ length: 24 }, (_, n) => ask(`/${n}`)));
  for (const { requests, headers } of servers) expect([requests.length, headers.length]).toEqual([2, 1]);
  expect(warnings).toEqual([]);
});

test('a body is sent on the same connection, whole or streamed', async () => {
  const server = await started('v1', { answer: (req, res) => void req.pipe(res) });
  const road = roadTo([server.origin]);
  const client = await clientOf(road);
  const post = (body: string) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const long = 'x'.repeat(100_000);
  client.send(post('short') + post(long) + ask('/end', 'Connection: close'));
  const received = await client.end();
  expect(statusesIn(received)).toEqual([200, 200, 200]);
  expect(received).toContain('short');
  expect(received.match(/x+/g)?.reduce((sum, piece) => sum + piece.length, 0)).toBeGreaterThanOrEqual(long.length);
});

test('a WebSocket is the client’s own connection too, and its end is not cut short', async () => {
  const server = await started('v2');
  const road = roadTo([server.origin]);
  const client = await clientOf(road);
  await client.send(handshake).until(/^HTTP\/1.1 101 [\s\S]*\r\n\r\n/);
  expect(server.headers).toEqual([{ version: 'v2', ends: await connectionOf(client, road) }]);
  await client.send('echo').until(/echo$/);
  client.send('last words').finish();
  expect(await client.end()).toMatch(/echolast words$/);
});

test.each([
  ['TCP', {}],
  ['TLS', overTls],
] as const)('where nobody listens over %s, another origin is tried at once', async (_over, shown) => {
  const server = await started('v2', shown);
  const dead = deadOrigin();
  const gone = { ...dead, proxyProtocol: 'v2' as const, url: new URL(dead.url.href.replace('http:', server.origin.url.protocol)) };
  const road = roadTo([gone, server.origin], trusting);
  const client = await clientOf(road);
  expect(await bodiesOf(client, ask('/1'), ask('/2'))).toEqual(['1', '1']);
  expect(road.records().map(({ attempts }) => attempts.length)).toContain(2);
});

test('a certificate that nobody believes is told as without a header', async () => {
  const server = await started('v2', overTls);
  const road = roadTo([server.origin], { retries: 0 });
  const client = await clientOf(road);
  expect(await client.send(ask('/', 'Connection: close')).end()).toMatch(/^HTTP\/1.1 502 /);
  expect((await road.record()).attempts).toMatchObject([{ result: expect.stringMatching(/^certificate not trusted/) }]);
});

test('an origin that closes an idle connection costs nobody an error', async () => {
  const server = await started('v1', {
    answer: (req, res) => {
      res.end('ok');
      if (req.url === '/1') res.once('finish', () => setImmediate(() => req.socket.destroy()));
    },
  });
  const road = roadTo([server.origin], { retries: 0 });
  const client = await clientOf(road);
  expect(await bodiesOf(client, ask('/1'), ask('/2'))).toEqual(['ok', 'ok']);
  expect(server.headers.map(({ ends: told }) => told?.source.port)).toEqual([client.ownPort, client.ownPort]);
});

test('others beside such origins share connections as ever, and are told nothing', async () => {
  const plain = await startOrigin();
  ends.push(() => plain.close());
  const road = roadTo([plain.origin]);
  const [alice, bob] = [await clientOf(road), await clientOf(road)];
  await bodiesOf(alice, ask('/1'));
  await bodiesOf(bob, ask('/2'));
  if (road.threads === 1) expect(new Set(plain.requests.map(({ socket }) => socket.remotePort)).size).toBe(1);
  expect(proxyHeaderIn(Buffer.from('GET /')).kind).toBe('wrong');
});
