import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { testOfOneThread, threads } from '../road.ts';
import { type Lent, SharedBalancer } from '../running.ts';
import { fileOf, identityBy } from '../tls-origin.ts';
import { seen } from '../until.ts';
import { ask, Client } from './hostile.ts';

const folder = mkdtempSync(join(tmpdir(), 'authorities-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
/** Nothing is late because the machine is slow. */
const shared = new SharedBalancer([`--threads=${threads}`, '--retries=0', '--connect-timeout=60s', '--health-timeout=60s']);
afterAll(() => shared.end());

/** An origin over TLS, and the connections by which requests came, in order: each a number from 1, and whether it resumed a session. */
interface Watched {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  readonly requests: { readonly target: string; readonly connection: number; readonly isResumed: boolean }[];
}

/** Starts one that shows these certificates. Requests for `/held` are handed on, the others answered. */
async function watched(names: string[], held: (res: ServerResponse) => void = (res) => res.end()): Promise<Watched> {
  const sockets: TLSSocket[] = [];
  const requests: Watched['requests'] = [];
  const server = createServer(identityBy(...names), (req: IncomingMessage, res) => {
    const socket = req.socket as TLSSocket;
    requests.push({ target: req.url ?? '', connection: sockets.indexOf(socket) + 1, isResumed: socket.isSessionReused() });
    if (req.url === '/held') held(res);
    else res.end('hello');
  });
  server.on('secureConnection', (socket) => sockets.push(socket.on('error', () => {})));
  server.on('tlsClientError', () => {});
  // So that no slow machine makes it close one in the middle of a test.
  server.keepAliveTimeout = 600_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `https://localhost:${port}`, server, requests };
}

async function statusOf(port: number, target = '/'): Promise<string> {
  return (await (await Client.to(port)).send(ask(target, 'Connection: close')).end()).slice(9, 12);
}

/** Has the balancer follow those settings; resolves once the log says that it does. */
async function change(balancer: Lent, settings: Record<string, string>, what: string): Promise<void> {
  const from = balancer.program.output.length;
  shared.tell(settings);
  await balancer.program.printed(new RegExp(`configuration changed: ${what}`), from);
}

describe('once the terms are others, no request goes by a connection that was made by the old ones', () => {
  // Probes are rare, so that it isn't they who find out: an origin is down at once, after a reload, where they fail.
  const usual = { 'health-interval': '1h' };
  const trusting = { ...usual, 'origin-ca': fileOf('authority') };

  test.each<[string, string[], Record<string, string>, Record<string, string>, string]>([
    ['certificates are checked', ['other'], { ...usual, 'origin-verify': 'off' }, trusting, 'origin-ca, origin-verify'],
    ['others sign them', ['local'], trusting, { ...usual, 'origin-ca': fileOf('other-authority') }, 'origin-ca'],
    ['they have to have another name', ['local'], trusting, { ...trusting, 'origin-name': 'shop.internal' }, 'origin-name'],
  ])('so where %s', async (_what, names, before, after, changed) => {
    const { url, requests } = await watched(names);
    const balancer = await shared.with({ origins: url, ...before });
    for (let i = 0; i < 4; i++) expect(await statusOf(balancer.port)).toBe('200');
    const were = requests.length;
    await change(balancer, { origins: url, ...after }, changed);
    for (let i = 0; i < 4; i++) expect(await statusOf(balancer.port)).toMatch(/^50[23]$/);
    expect(requests).toHaveLength(were);
  });

  test('nor is a session resumed that was begun by them', async () => {
    const { url, requests } = await watched(['local']);
    const balancer = await shared.with({ origins: url, ...usual, 'origin-verify': 'off' });
    for (let i = 0; i < 4; i++) await statusOf(balancer.port);
    const before = new Set(requests.splice(0).map(({ connection }) => connection));
    await change(balancer, { origins: url, ...trusting }, 'origin-ca, origin-verify');
    for (let i = 0; i < 4; i++) expect(await statusOf(balancer.port)).toBe('200');
    expect(requests.filter(({ connection, isResumed }) => before.has(connection) || isResumed)).toEqual([]);
  });

  test('and one that carries a request then carries that to its end, and no more', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const { url, requests } = await watched(['local'], arrived.resolve);
    const balancer = await shared.with({ origins: url, ...usual, 'origin-verify': 'off' });
    const answer = statusOf(balancer.port, '/held');
    const held = await arrived.promise;
    await change(balancer, { origins: url, ...trusting }, 'origin-ca, origin-verify');
    held.end();
    expect(await answer).toBe('200');
    expect(await statusOf(balancer.port)).toBe('200');
    const [first, second] = requests.map(({ connection }) => connection);
    expect(second).not.toBe(first);
  });

  testOfOneThread('each keeps connections of its own')('but other changes leave connections as they are', async () => {
    const { url, requests } = await watched(['local']);
    const balancer = await shared.with({ origins: url, ...trusting });
    for (let i = 0; i < 4; i++) await statusOf(balancer.port);
    const before = new Set(requests.splice(0).map(({ connection }) => connection));
    await change(balancer, { origins: url, ...trusting, 'idle-timeout': '50s' }, 'idle-timeout');
    for (let i = 0; i < 4; i++) await statusOf(balancer.port);
    expect(requests.filter(({ connection }) => !before.has(connection))).toEqual([]);
  });
});

test('a file of certificates that is renewed counts by itself, and one that can’t be used changes nothing', async () => {
  const file = join(folder, 'renewed.pem');
  copyFileSync(fileOf('other-authority'), file);
  const { url } = await watched(['local']);
  const balancer = await shared.with({ origins: url, 'origin-ca': file });
  expect(await statusOf(balancer.port)).toMatch(/^50[23]$/);
  copyFileSync(fileOf('key'), file);
  await balancer.printed(/the new configuration cannot be used, the running one stays: .*origin-ca: .*renewed\.pem has a private key/);
  copyFileSync(fileOf('authority'), file);
  await balancer.printed(/configuration changed: origin-ca\n/);
  await seen(
    () => statusOf(balancer.port),
    (status) => status === '200',
  );
});

test('each pool believes its own authority', async () => {
  const [ours, theirs] = [await watched(['local']), await watched(['other'])];
  const pools = `{ ours: { origins: "${ours.url}" }, theirs: { origins: "${theirs.url}", origin-ca: ${fileOf('other-authority')} } }`;
  const balancer = await shared.with({
    'origin-ca': fileOf('authority'),
    pools,
    routes: '[{ path: /theirs, pool: theirs }, { pool: ours }]',
  });
  expect([await statusOf(balancer.port, '/ours'), await statusOf(balancer.port, '/theirs')]).toEqual(['200', '200']);
  expect([ours, theirs].map(({ requests }) => requests.map(({ target }) => target))).toEqual([['/ours'], ['/theirs']]);
});

describe('an origin that fails TLS', () => {
  test.each<[string, Record<string, string>]>([
    ['a connection', {}],
    ['a GET', { 'health-path': '/' }],
  ])('is down by a probe that is %s; status and log say why, and what would help: once', async (_probe, settings) => {
    const [bad, good] = [await watched(['expired']), await watched(['local'])];
    const balancer = await shared.with({
      ...settings,
      origins: `${bad.url}, ${good.url}`,
      'origin-ca': fileOf('authority'),
      'health-interval': '40ms',
    });
    const why = 'certificate has expired (CERT_HAS_EXPIRED)';
    const down = await seen(balancer.origins, (origins) => origins.some(({ state }) => state === 'down'));
    expect(down.find(({ id }) => id === `localhost:${bad.port}`)?.summary).toContain(why);
    for (let i = 0; i < 4; i++) expect(await statusOf(balancer.port)).toBe('200');
    const probed = (origins: typeof down) => origins.every(({ probes }) => probes.length > 5);
    await seen(balancer.origins, probed);
    const log = balancer.program.output;
    expect(log.match(new RegExp(`localhost:${bad.port} is down: .*certificate has expired`, 'g'))).toHaveLength(1);
    expect(
      log.match(new RegExp(`localhost:${bad.port}: its certificate, or that of who signed it, has expired; renew it`, 'g')),
    ).toHaveLength(1);
    expect(bad.requests).toEqual([]);
  });
});

test('an origin whose certificate runs out is put down by its probes, and is back once it has another', async () => {
  const { url, server } = await watched(['local']);
  const balancer = await shared.with({ origins: url, 'origin-ca': fileOf('authority'), 'health-interval': '40ms' });
  expect(await statusOf(balancer.port)).toBe('200');
  server.setSecureContext(identityBy('expired'));
  await balancer.printed(/ is down: 3 of 3 probes failed, certificate has expired \(CERT_HAS_EXPIRED\)/);
  // What requests have left of the time before, such as a session, is no proof.
  await seen(
    () => statusOf(balancer.port),
    (status) => status === '503',
  );
  server.setSecureContext(identityBy('local'));
  await balancer.printed(/ is ready: 2 of 2 probes passed/);
  await seen(
    () => statusOf(balancer.port),
    (status) => status === '200',
  );
});

test('a start without checks says so', async () => {
  const program = new Program('balancer/src/main.ts', [
    '--port=0',
    '--admin-port=off',
    '--origins=https://localhost:9',
    '--origin-verify=off',
  ]);
  ends.push(() => program.end());
  await program.port();
  expect(program.output).toMatch(
    /^balancer: warning: --origin-verify: is off: whoever is on the way to origins over TLS can read and change/m,
  );
});

test('whether certificates are checked is never left to the environment', async () => {
  const { url, requests } = await watched(['certificate']);
  const flags = ['--port=0', '--admin-port=off', '--health-interval=1h', `--origins=${url}`];
  const program = new Program('balancer/src/main.ts', flags, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  ends.push(() => program.end());
  expect(await statusOf(await program.port())).toMatch(/^50[23]$/);
  expect(requests).toEqual([]);
});
