import { afterEach, describe, expect, test } from '@jest/globals';
import { type HealthCheck, httpCheck, tcpCheck } from '../../src/probe/check.ts';
import { deadOrigin, originAt, startOrigin, startRawOrigin, type TestOrigin } from '../origins.ts';
import { startTlsOrigin } from '../tls-origin.ts';

const open: TestOrigin[] = [];
afterEach(async () => {
  for (const origin of open.splice(0)) await origin.close();
});

async function started(...args: Parameters<typeof startOrigin>): Promise<TestOrigin> {
  const origin = await startOrigin(...args);
  open.push(origin);
  return origin;
}

const patient = () => new AbortController().signal;

/** `well`, or the reason why not. */
function outcome(check: HealthCheck, origin: ReturnType<typeof originAt>, signal = patient()): Promise<string> {
  return check.check(origin, signal).then(
    () => 'well',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

describe('a GET', () => {
  test.each([
    [200, 'well'],
    [204, 'well'],
    [301, 'answered 301'],
    [404, 'answered 404'],
    [503, 'answered 503'],
  ])('that is answered with %d finds: %s', async (status, expected) => {
    const { origin, requests } = await started((_req, res) => res.writeHead(status).end());
    expect(await outcome(httpCheck('/health?deep=1'), origin)).toBe(expected);
    expect(requests.map(({ method, url, headers }) => [method, url, headers.host])).toEqual([['GET', '/health?deep=1', origin.url.host]]);
  });

  test('does not wait for the body', async () => {
    const { origin } = await started((_req, res) => res.write('and then, for ever …'));
    expect(await outcome(httpCheck('/'), origin)).toBe('well');
  });

  test('finds an origin that speaks no HTTP, and one that is not there', async () => {
    const raw = await startRawOrigin('SSH-2.0-OpenSSH\r\n');
    open.push(raw);
    expect(await outcome(httpCheck('/'), raw.origin)).toMatch(/^HPE_/);
    expect(await outcome(httpCheck('/'), deadOrigin())).toBe('ECONNREFUSED');
  });

  test('that is answered with an upgrade which nobody asked for is an error', async () => {
    const raw = await startRawOrigin('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    open.push(raw);
    expect(await outcome(httpCheck('/'), raw.origin)).toBe('gave no answer');
  });

  test('ends when it is told to', async () => {
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { origin } = await started((req) => {
      req.socket.once('close', left.resolve);
      asked.resolve();
    });
    const controller = new AbortController();
    const found = outcome(httpCheck('/'), origin, controller.signal);
    await asked.promise;
    controller.abort();
    expect(await found).toBe('ABORT_ERR');
    await left.promise;
  });
});

/** An origin that answers to one name only, as virtual hosts and Django's ALLOWED_HOSTS do. */
function choosy(name: string) {
  return started((req, res) => res.writeHead(req.headers.host === name ? 200 : 421).end());
}

describe('a GET under a name of its own', () => {
  test('finds an origin well that answers to that name only', async () => {
    const { origin } = await choosy('app.example');
    expect(await outcome(httpCheck('/'), origin)).toBe('answered 421');
    expect(await outcome(httpCheck('/', { host: 'app.example' }), origin)).toBe('well');
  });

  test('asks over TLS for the name in the origin’s URL all the same', async () => {
    const raw = await startRawOrigin('no TLS');
    open.push(raw);
    const hello = Promise.withResolvers<string>();
    raw.server.on('connection', (socket) => socket.once('data', (bytes: Buffer) => hello.resolve(bytes.toString('latin1'))));
    const origin = { ...originAt(raw.port), url: new URL(`https://localhost:${raw.port}`) };
    await outcome(httpCheck('/', { host: 'app.example' }), origin);
    expect(/localhost|app\.example/.exec(await hello.promise)?.[0]).toBe('localhost');
  });
});

test.each([
  [301, 'well'],
  [404, 'well'],
  [400, 'answered 400'],
  [204, 'answered 204'],
])('a GET that may be answered with 300–399 or 404 finds with %d: %s', async (status, expected) => {
  const { origin } = await started((_req, res) => res.writeHead(status).end());
  const statuses = [
    { from: 300, to: 399 },
    { from: 404, to: 404 },
  ];
  expect(await outcome(httpCheck('/', { statuses }), origin)).toBe(expected);
});

test('another port than the origin’s own is asked where one is given, by a GET and by a connection', async () => {
  const [own, other] = [await started((_req, res) => res.writeHead(500).end()), await started()];
  expect(await outcome(httpCheck('/', { port: other.port }), own.origin)).toBe('well');
  expect(other.requests.map(({ headers }) => headers.host)).toEqual([`127.0.0.1:${other.port}`]);
  expect(await outcome(tcpCheck({ port: other.port }), deadOrigin())).toBe('well');
});

describe('a TCP connection', () => {
  test('is enough, whatever would be answered', async () => {
    const { origin, requests } = await started((req) => req.socket.destroy());
    expect(await outcome(tcpCheck(), origin)).toBe('well');
    expect(requests).toEqual([]);
  });

  test('that is refused is not', async () => {
    expect(await outcome(tcpCheck(), deadOrigin())).toBe('ECONNREFUSED');
  });

  test('finds an IPv6 origin', async () => {
    expect(await outcome(tcpCheck(), { ...originAt(1), url: new URL('http://[::1]:1') })).toBe('ECONNREFUSED');
  });
});

describe('a connection over TLS', () => {
  const at = (port: number) => ({ ...originAt(port), url: new URL(`https://127.0.0.1:${port}`) });

  test('finds an origin that speaks no TLS', async () => {
    const raw = await startRawOrigin('SSH-2.0-OpenSSH\r\n');
    open.push(raw);
    expect(await outcome(tcpCheck(), at(raw.port))).toMatch(/^ERR_SSL_/);
  });

  test('finds one whose certificate requests don’t trust', async () => {
    const stranger = await startTlsOrigin();
    expect(await outcome(tcpCheck(), at(stranger.port)).finally(stranger.close)).toMatch(/SELF_SIGNED_CERT/);
  });
});
