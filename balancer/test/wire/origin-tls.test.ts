import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Server as SecureServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Origin } from '../../src/brain/select/origin.ts';
import { originAt } from '../origins.ts';
import { roadOver, testOfOneThread } from '../road.ts';
import { fileOf, identityBy, startTlsOrigin, type TlsOrigin } from '../tls-origin.ts';
import { onTheWire } from '../wire.ts';
import { Client } from './hostile.ts';
import { get } from './through.ts';
import { handshake, switching } from './web-sockets.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An origin that shows these certificates, its own first. */
async function showing(...names: string[]): Promise<TlsOrigin> {
  return tlsOrigin(identityBy(...names));
}

async function tlsOrigin(options: Parameters<typeof startTlsOrigin>[0]): Promise<TlsOrigin> {
  const origin = await startTlsOrigin(options);
  ends.push(origin.close);
  return origin;
}

/** Starts a server whose connections end with the test: those over TLS as such, not under it, which can end Node itself. */
async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on(server instanceof SecureServer ? 'secureConnection' : 'connection', (socket: Socket) =>
    sockets.add(socket.on('error', () => {})),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function secureAt(port: number, host = 'localhost'): Origin {
  return { ...originAt(port), id: `${host}:${port}`, url: new URL(`https://${host}:${port}`) };
}

const ours = `--origin-ca=${fileOf('authority')}`;

/** A road to origins over TLS, with these flags; each attempt may take so long to connect, in ms. */
function roadTo(origins: readonly Origin[], flags: readonly string[] = [ours], timeout = 60_000) {
  const road = roadOver(origins, { flags, timeout });
  ends.push(road.close);
  return road;
}

/** What a client reads, and what the log says of the attempts. */
async function told(origins: readonly Origin[], flags?: readonly string[], timeout?: number) {
  const road = roadTo(origins, flags, timeout);
  const answer = await onTheWire(road.server, get('/'));
  const { attempts } = await road.record();
  return { answer, results: attempts.map(({ result }) => result) };
}

describe('a request gets to an origin over TLS', () => {
  test.each<[string, string[], string, string[], string]>([
    ['by its name', ['local'], 'localhost', [ours], 'localhost'],
    ['by its address', ['local'], '127.0.0.1', [ours], 'no name'],
    ['by another name than its URL has', ['elsewhere'], '127.0.0.1', [ours, '--origin-name=shop.internal'], 'shop.internal'],
    ['with what is between it and who is believed', ['chained', 'between'], 'localhost', [ours], 'localhost'],
    ['that anybody could be, where nobody looks', ['certificate'], 'localhost', ['--origin-verify=off'], 'localhost'],
    [
      'that shows an old certificate for another name, where nobody looks',
      ['expired'],
      '127.0.0.1',
      ['--origin-verify=off', '--origin-name=a.example'],
      'a.example',
    ],
  ])('%s', async (_whose, names, host, flags, asked) => {
    const { port, requests } = await showing(...names);
    expect((await told([secureAt(port, host)], flags)).answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*over 1\.1$/);
    expect(requests).toEqual([`1.1 GET / ${asked}`]);
  });

  test('and so does a WebSocket', async () => {
    const { port, server } = await showing('local');
    server.on('upgrade', (_req, socket: Socket) =>
      socket
        .on('error', () => {})
        .pipe(socket)
        .write(switching),
    );
    const client = await Client.to(roadTo([secureAt(port)]).server);
    ends.push(() => client.leave());
    await client.send(handshake).until(/^HTTP\/1\.1 101 /);
    await client.send('\x81\x80abcd').until(/\x81\x80abcd$/);
  });
});

const refused = '502 Bad Gateway: no origin could answer';

describe('no request gets to an origin', () => {
  test.each<[string, () => Promise<{ port: number; requests?: string[] }>, string[], RegExp]>([
    [
      'whose certificate is for another name',
      () => showing('elsewhere'),
      [ours],
      /^certificate is for shop\.internal, .*\(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    ],
    [
      'that hasn’t the name that is wanted',
      () => showing('local'),
      [ours, '--origin-name=shop.internal'],
      /not for shop\.internal \(ERR_TLS_/,
    ],
    ['whose certificate has expired', () => showing('expired'), [ours], /^certificate has expired \(CERT_HAS_EXPIRED\)$/],
    ['that another has signed', () => showing('other'), [ours], /^certificate not trusted, signed by somebody unknown here \(UNABLE_TO_/],
    [
      'that only we trust, where we are not named',
      () => showing('local'),
      [],
      /^certificate not trusted, .*\(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)$/,
    ],
    [
      'that signed itself',
      () => showing('certificate'),
      [ours],
      /^certificate not trusted, signed by itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    ],
    [
      'that speaks HTTP/2 alone',
      () => tlsOrigin({ ...identityBy('local'), allowHTTP1: false }),
      [ours],
      /^no HTTP\/1\.1 over TLS \(ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL\)$/,
    ],
    [
      'that speaks plain HTTP',
      async () => ({ port: await portOf(createHttpServer()) }),
      [ours],
      /^no TLS, but something else \(ERR_SSL_WRONG_VERSION_NUMBER\)$/,
    ],
    [
      'that closes in the handshake',
      async () => ({ port: await portOf(createServer((socket) => socket.once('data', () => socket.end()))) }),
      ['--origin-verify=off'],
      /^connection closed in the TLS handshake \(ECONNRESET\)$/,
    ],
  ])('%s', async (_what, start, flags, result) => {
    const { port, requests = [] } = await start();
    const { answer, results } = await told([secureAt(port)], flags);
    expect(answer).toContain(refused);
    expect(results).toEqual([expect.stringMatching(result)]);
    expect(requests).toEqual([]);
  });

  test('that hangs in the handshake, for longer than a connection may take', async () => {
    const port = await portOf(createServer());
    const { answer, results } = await told([secureAt(port)], [ours], 100);
    expect(answer).toMatch(/^HTTP\/1\.1 504 /);
    expect(results).toEqual(['no TLS handshake in time']);
  });
});

test('whatever the handshake with one origin fails by, another is tried, also for what can’t be sent twice', async () => {
  const [bad, good] = await Promise.all([showing('other'), showing('local')]);
  const road = roadTo([secureAt(bad.port), secureAt(good.port)]);
  const post = get('/').replace('GET', 'POST').replace('\r\n\r\n', '\r\nContent-Length: 2\r\n\r\nok');
  for (let i = 0; i < 2; i++) expect(await onTheWire(road.server, post)).toMatch(/^HTTP\/1\.1 200 /);
  expect(good.requests).toHaveLength(2);
});

test('a client that leaves during the handshake takes the connection along', async () => {
  const server = createServer();
  const greeted = once(server, 'connection') as Promise<[Socket]>;
  const road = roadTo([secureAt(await portOf(server))]);
  const client = await Client.to(road.server);
  client.send(get('/'));
  const [connection] = await greeted;
  await once(connection, 'data');
  client.leave();
  await once(connection.resume(), 'close');
  expect((await road.record()).attempts.map(({ result }) => result)).toEqual(['client left']);
});

const alone = testOfOneThread('each has connections and sessions of its own');

alone('a further connection to the same origin takes the shorter handshake', async () => {
  const held: ServerResponse[] = [];
  const server = createHttpsServer(identityBy('local'), (req, res) => {
    if (req.url !== '/held') res.end();
    else if (held.push(res) === 2) for (const each of held) each.end();
  });
  const resumed: boolean[] = [];
  server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
  const { server: door } = roadTo([secureAt(await portOf(server))]);
  expect(await onTheWire(door, get('/'))).toMatch(/^HTTP\/1\.1 200 /);
  // Each is answered once the other has come as well, so that they need a connection each.
  await Promise.all([onTheWire(door, get('/held')), onTheWire(door, get('/held'))]);
  expect(resumed).toEqual([false, true]);
});
