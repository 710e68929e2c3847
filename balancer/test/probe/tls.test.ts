import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Server as SecureServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkBy, type HealthCheck, httpCheck, tcpCheck } from '../../src/probe/check.ts';
import { type HandshakeTerms, usualTerms } from '../../src/wire/handshake.ts';
import { originAt } from '../origins.ts';
import { fileOf, identityBy, startTlsOrigin } from '../tls-origin.ts';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Starts a server on a port of its own, whose connections end with the test: those over TLS as such, not under it, which can end Node itself. */
async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on(server instanceof SecureServer ? 'secureConnection' : 'connection', (socket: Socket) =>
    sockets.add(socket.on('error', () => {})),
  );
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** An origin over TLS that shows these certificates. */
function showing(...names: string[]): Promise<number> {
  return over(identityBy(...names));
}

function over(options: ServerOptions): Promise<number> {
  return portOf(createHttpsServer(options, (_req, res) => res.end()));
}

async function tlsPort(options: Parameters<typeof startTlsOrigin>[0]): Promise<number> {
  const origin = await startTlsOrigin(options);
  ends.push(origin.close);
  return origin.port;
}

/** Those terms, but for these; the test's authority is believed. */
function terms(changes: Partial<HandshakeTerms> = {}): HandshakeTerms {
  return { ...usualTerms, authorities: believed('authority'), ...changes };
}

function believed(name: string) {
  return { file: fileOf(name), pem: readFileSync(fileOf(name), 'utf8') };
}

/** What the log would say of a probe: nothing where all is well. */
function found(check: HealthCheck, port: number, host = 'localhost'): Promise<string | undefined> {
  const origin = { ...originAt(port), url: new URL(`https://${host}:${port}`) };
  return new Promise((told) => checkBy(check)(origin, told));
}

describe.each<[string, (handshake: HandshakeTerms) => HealthCheck]>([
  ['a connection', (handshake) => tcpCheck({ handshake })],
  ['a GET', (handshake) => httpCheck('/', { handshake })],
])('over TLS, %s', (_what, checkWith) => {
  test.each<[string, () => Promise<number>, Partial<HandshakeTerms>, string]>([
    ['by its name', () => showing('local'), {}, 'localhost'],
    ['by its address', () => showing('local'), {}, '127.0.0.1'],
    ['by another name than the URL has', () => showing('elsewhere'), { name: 'shop.internal' }, '127.0.0.1'],
    ['by a name that a wildcard covers', () => showing('elsewhere'), { name: 'eu.shop.internal' }, 'localhost'],
    ['with what is between it and who is believed', () => showing('chained', 'between'), {}, 'localhost'],
    ['by who is between, where that one is believed itself', () => showing('chained'), { authorities: believed('between') }, 'localhost'],
    ['by its own certificate, where that is believed', () => showing('certificate'), { authorities: believed('certificate') }, 'localhost'],
    ['that prefers HTTP/2', () => tlsPort(identityBy('local')), {}, 'localhost'],
    ['that anybody could be, where nobody looks', () => showing('certificate'), { isChecked: false }, 'localhost'],
    [
      'with an old certificate for another name, where nobody looks',
      () => showing('expired'),
      { isChecked: false, name: 'a.b' },
      'localhost',
    ],
  ])('finds an origin well %s', async (_whose, start, changes, host) => {
    expect(await found(checkWith(terms(changes)), await start(), host)).toBeUndefined();
  });

  const unknown = 'certificate not trusted, signed by somebody unknown here';
  test.each<[string, () => Promise<number>, Partial<HandshakeTerms>, string]>([
    [
      'is for other names',
      () => showing('elsewhere'),
      {},
      'certificate is for shop.internal, *.shop.internal, not for localhost (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'is not for the name that is wanted',
      () => showing('local'),
      { name: 'shop.internal' },
      'certificate is for localhost, 127.0.0.1, not for shop.internal (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    ['has expired', () => showing('expired'), {}, 'certificate has expired (CERT_HAS_EXPIRED)'],
    ['is signed by another', () => showing('other'), {}, `${unknown} (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)`],
    ['is signed by another, who is sent along', () => showing('other', 'other-authority'), {}, `${unknown} (SELF_SIGNED_CERT_IN_CHAIN)`],
    ['is sent without those in between', () => showing('chained'), {}, `${unknown} (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)`],
    ['is signed by itself', () => showing('certificate'), {}, 'certificate not trusted, signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    [
      'is signed by none of those whom everybody trusts',
      () => showing('local'),
      { authorities: undefined },
      `${unknown} (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
    ],
  ])('finds an origin whose certificate %s', async (_what, start, changes, problem) => {
    expect(await found(checkWith(terms(changes)), await start())).toBe(problem);
  });

  const raw = (treat: (socket: Socket) => void) => () => portOf(createServer(treat));
  test.each<[string, () => Promise<number>, string]>([
    ['speaks plain HTTP', () => portOf(createHttpServer()), 'no TLS, but something else (ERR_SSL_WRONG_VERSION_NUMBER)'],
    [
      'speaks first, and no TLS',
      raw((socket) => socket.write('SSH-2.0-OpenSSH\r\n')),
      'no TLS, but something else (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    ['closes at once', raw((socket) => socket.end()), 'connection closed in the TLS handshake (ECONNRESET)'],
    [
      'closes when it is asked',
      raw((socket) => socket.once('data', () => socket.end())),
      'connection closed in the TLS handshake (ECONNRESET)',
    ],
    [
      'speaks HTTP/2 alone',
      () => tlsPort({ ...identityBy('local'), allowHTTP1: false }),
      'no HTTP/1.1 over TLS (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)',
    ],
    [
      'speaks old TLS alone',
      () => over({ ...identityBy('local'), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      'no version of TLS in common (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    ],
  ])('finds one that %s', async (_what, start, problem) => {
    expect(await found(checkWith(terms()), await start())).toBe(problem);
  });

  test.each([
    ['localhost', undefined, 'localhost'],
    ['127.0.0.1', undefined, false],
    ['127.0.0.1', 'shop.internal', 'shop.internal'],
    ['localhost', 'shop.internal', 'shop.internal'],
  ])('asks at %s, where the name is to be %s, for: %s', async (host, name, asked) => {
    const server = createHttpsServer(identityBy('local'), (_req, res) => res.end());
    const port = await portOf(server);
    const greeted = once(server, 'secureConnection') as Promise<[TLSSocket & { readonly servername: string | false }]>;
    await found(checkWith(terms({ name, isChecked: false })), port, host);
    const [socket] = await greeted;
    expect([socket.servername, socket.alpnProtocol]).toEqual([asked, 'http/1.1']);
  });

  test('is given up in the middle of a handshake', async () => {
    const server = createServer();
    const port = await portOf(server);
    const greeted = once(server, 'connection') as Promise<[Socket]>;
    const origin = { ...originAt(port), url: new URL(`https://localhost:${port}`) };
    const giveUp = checkBy(checkWith(terms()))(origin, () => expect('told').toBe('not told'));
    const [socket] = await greeted;
    await once(socket, 'data');
    giveUp();
    await once(socket.resume(), 'close');
  });
});

test('a GET over TLS asks at another port by the same terms', async () => {
  const [own, other] = [await showing('other'), await showing('local')];
  expect(await found(httpCheck('/', { port: other, handshake: terms() }), own)).toBeUndefined();
  expect(await found(tcpCheck({ port: other, handshake: terms() }), own)).toBeUndefined();
  expect(await found(tcpCheck({ port: own, handshake: terms() }), other)).toMatch(/UNABLE_TO_GET_ISSUER_CERT_LOCALLY/);
});

test('an origin that wants a certificate of ours is found by a GET', async () => {
  const port = await over({ ...identityBy('local'), requestCert: true, ca: readFileSync(fileOf('authority')) });
  expect(await found(httpCheck('/', { handshake: terms() }), port)).toBe(
    'a certificate of the balancer is asked for (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
  );
});
