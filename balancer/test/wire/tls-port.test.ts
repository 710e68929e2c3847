import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startOrigin, type TestOrigin } from '../origins.ts';
import { threads } from '../road.ts';
import { type Running, startBalancer } from '../running.ts';
import { certificates } from '../tls/made.ts';
import { Client } from './hostile.ts';

const run = promisify(execFile);
const made = certificates();
const first = made.make('first', { names: ['first.example', '127.0.0.1'] });
const shop = made.make('shop', { names: ['shop.example'] });
const wild = made.make('wild', { names: ['*.shop.example'] });

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let origin: TestOrigin;
let running: Running & { readonly tlsPort: number };
/** How the origin answers; with what it was asked, by default. */
let answer: Parameters<typeof startOrigin>[0];
const file = made.written('balancer.yml', '');
const pairs = [first, shop, wild].map(({ cert, key }) => `{ cert: ${cert}, key: ${key} }`).join(', ');
const config = () =>
  `origins: http://127.0.0.1:${origin.port}\ntls: { certificates: [${pairs}] }\nheader-timeout: 1s\nthreads: ${threads}\nshared-secret: correct-horse-battery\n`;

beforeAll(async () => {
  origin = await startOrigin((req, res) => (answer ? answer(req, res) : res.end(JSON.stringify(req.headers))));
  made.written('balancer.yml', config());
  running = await started();
});
afterAll(async () => {
  await running.program.end();
  await origin.close();
});

async function started(...flags: string[]) {
  const balancer = await startBalancer([`--config=${file}`, '--tls-port=0', ...flags], {}, () => {});
  const [, tlsPort] = await balancer.program.printed(/and on port (\d+) over TLS/);
  return { ...balancer, tlsPort: Number(tlsPort) };
}

/** A client over TLS. */
async function client(options: ConnectionOptions = {}, port = running.tlsPort): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  ends.push(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** The answer to a request over TLS. */
async function asked(path = '/', headers: Record<string, string> = {}): Promise<{ res: IncomingMessage; body: string }> {
  const req = request({ port: running.tlsPort, host: '127.0.0.1', rejectUnauthorized: false, path, headers, agent: false });
  const [res] = (await once(req.end(), 'response')) as [IncomingMessage];
  let body = '';
  for await (const piece of res) body += piece;
  return { res, body };
}

/** What `openssl s_client` says of a handshake. */
async function sClient(...args: string[]): Promise<string> {
  const at = args.includes('-connect') ? [] : ['-connect', `127.0.0.1:${running.tlsPort}`];
  const child = run('openssl', ['s_client', ...at, ...args], { timeout: 20_000 });
  child.child.stdin?.end();
  const { stdout, stderr } = await child.catch((error) => error);
  return `${stdout}\n${stderr}`;
}

describe('the certificate that is shown', () => {
  test.each([
    ['shop.example', 'shop'],
    ['a.shop.example', 'wild'],
    ['other.example', 'first'],
    [undefined, 'first'],
  ])('to who asks for %s is %s', async (servername, name) => {
    const socket = await client(servername === undefined ? {} : { servername });
    expect(socket.getPeerCertificate().subject.CN).toBe(`${name} in tests`);
  });
});

describe('a request over TLS', () => {
  test('is answered, and its origin learns that it came so', async () => {
    const { res, body } = await asked('/x?y');
    expect(res.statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-port': String(running.tlsPort),
      forwarded: expect.stringMatching(/^for=127\.0\.0\.1;host="127\.0\.0\.1:\d+";proto=https$/),
    });
  });

  test('is answered to curl', async () => {
    const { stdout } = await run('curl', ['-s', '--cacert', first.cert, `https://127.0.0.1:${running.tlsPort}/`]);
    expect(JSON.parse(stdout)).toMatchObject({ 'x-forwarded-proto': 'https' });
  });

  test('may follow another on the same connection', async () => {
    const socket = await client();
    let seen = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      seen += text;
    });
    for (const count of [1, 2]) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      while (seen.split('HTTP/1.1 200 ').length <= count) await once(socket, 'data');
    }
  });

  test('has its answer cut by a reset, and no word of TLS before, where that breaks off', async () => {
    answer = (_req, res) => {
      res.writeHead(200, { Connection: 'close' });
      res.write('half');
      setTimeout(() => res.socket?.resetAndDestroy(), 50);
    };
    ends.push(() => {
      answer = undefined;
    });
    const socket = await client();
    socket.write('GET / HTTP/1.0\r\n\r\n');
    let seen = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      seen += text;
    });
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNRESET');
    expect(seen).toMatch(/half$/);
  });
});

test('a client that leaves before its answer is found out', async () => {
  answer = () => {};
  ends.push(() => {
    answer = undefined;
  });
  const asked = once(origin.server, 'request');
  const leaving = await client();
  leaving.write('GET /left HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked;
  leaving.destroy();
  await running.program.printed(/GET \/left → \S+ client left/);
});

describe('a handshake', () => {
  test.each(['-tls1_2', '-tls1_3'])('of %s is made', async (version) => {
    expect(await sClient(version)).toMatch(new RegExp(`New, TLSv1.${version.at(-1)}, Cipher is`));
  });

  test('of TLS 1.1 is refused, and counted, and told of', async () => {
    const fresh = await started();
    ends.push(() => fresh.program.end());
    expect(await sClient('-tls1_1', '-connect', `127.0.0.1:${fresh.tlsPort}`)).toMatch(/alert protocol version/);
    await fresh.program.printed(/127\.0\.0\.1: its TLS handshake failed: unsupported protocol/);
  });

  test('that takes too long is ended', async () => {
    for (const begun of ['', '\x16\x03\x01']) {
      const slow = await Client.to(running.tlsPort);
      expect(await slow.send(begun).end()).toBe('');
    }
  });

  test('agrees on HTTP/1.1 with who offers a choice', async () => {
    expect((await client({ ALPNProtocols: ['http/1.1'] })).alpnProtocol).toBe('http/1.1');
    expect((await client()).alpnProtocol).toBe(false);
  });

  test.each(['-tls1_2', '-tls1_3'])(
    'of %s takes up a session again, in whichever thread, and at a balancer with the same secret',
    async (version) => {
      const session = made.fileOf(`session${version}`);
      const child = run('openssl', ['s_client', version, '-connect', `127.0.0.1:${running.tlsPort}`, '-sess_out', session, '-ign_eof']);
      // In TLS 1.3, the ticket comes behind the handshake.
      child.child.stdin?.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      await child;
      for (let times = 0; times < 6; times += 1) expect(await sClient(version, '-sess_in', session)).toMatch(/^Reused, /m);
      const twin = await started();
      ends.push(() => twin.program.end());
      expect(await sClient(version, '-sess_in', session, '-connect', `127.0.0.1:${twin.tlsPort}`)).toMatch(/^Reused, /m);
      const stranger = await started('--shared-secret=another-horse-battery');
      ends.push(() => stranger.program.end());
      expect(await sClient(version, '-sess_in', session, '-connect', `127.0.0.1:${stranger.tlsPort}`)).toMatch(/^New, /m);
    },
  );
});

describe('who speaks the wrong protocol', () => {
  test('gets a plain 400 that says so at the port over TLS, and leaves a line in the log', async () => {
    const plain = await Client.to(running.tlsPort);
    expect(await plain.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').end()).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*this port speaks TLS, and was spoken to in plain HTTP; ask for https:\/\/\n$/,
    );
    await running.program.printed(/127\.0\.0\.1 ⇒ 400 Bad Request: this port speaks TLS/);
  });

  test('is closed at once at the plain port, and leaves a line in the log', async () => {
    const socket = connect({ port: running.port, host: '127.0.0.1' });
    const [error] = await once(socket, 'error');
    expect(error.code).toMatch(/ECONNRESET|EPROTO/);
    await running.program.printed(/127\.0\.0\.1 ⇒ 400 Bad Request: this port speaks plain HTTP/);
  });

  test('who speaks neither is closed', async () => {
    const other = await Client.to(running.tlsPort);
    expect(await other.send('\x00\x01\x02\x03\x04').end()).toBe('');
  });
});

describe('a certificate that is replaced', () => {
  test('is shown within a second, and no connection is lost', async () => {
    const kept = await client();
    // One that is silent from the start has a second for its first request, and a slow machine takes longer for what follows.
    kept.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(kept, 'data');
    made.make('next', { names: ['next.example'] });
    for (const kind of ['pem', 'key']) made.written(`first.${kind}`, made.read(`next.${kind}`));
    await running.program.printed(/configuration changed: certificates/);
    expect((await client()).getPeerCertificate().subject.CN).toBe('next in tests');
    kept.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(String((await once(kept, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('by one that can not be used goes on to be shown', async () => {
    const shopPem = made.read('shop.pem');
    ends.push(() => made.written('shop.pem', shopPem));
    made.written('shop.pem', made.read('wild.pem'));
    await running.program.printed(
      /the new configuration cannot be used, the running one stays: \S+balancer.yml, line 2: tls: key: \S+ is not the key/,
    );
    expect((await client({ servername: 'shop.example' })).getPeerCertificate().subject.CN).toBe('shop in tests');
  });
});

test('a port over TLS that is taken is named with its option', async () => {
  const squatter = connectPlain(running.port, '127.0.0.1');
  ends.push(() => squatter.destroy());
  const { stderr } = await run(process.execPath, [
    ...['balancer/src/main.ts', '--port=0', '--admin-port=off', `--tls-port=${running.tlsPort}`],
    ...[`--tls-cert=${wild.cert}`, `--tls-key=${wild.key}`, `--threads=${threads}`],
  ]).catch((error) => error);
  expect(stderr).toBe(`balancer: port ${running.tlsPort} is taken (EADDRINUSE); choose another with --tls-port\n`);
});

test('a stop lets what runs over TLS finish', async () => {
  const leaving = await started();
  ends.push(() => leaving.program.end());
  const held = Promise.withResolvers<() => void>();
  answer = (_req, res) => held.resolve(() => res.end('late'));
  ends.push(() => {
    answer = undefined;
  });
  const [busy, idle] = [await client({}, leaving.tlsPort), await client({}, leaving.tlsPort)];
  busy.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const go = await held.promise;
  leaving.program.signal('SIGTERM');
  await once(idle.resume(), 'close');
  go();
  expect(String((await once(busy, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 [\s\S]*Connection: close[\s\S]*late/);
  expect(await leaving.program.status()).toBe(0);
});
