import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startBalancer } from '../balancer/test/running.ts';
import { fileOf } from '../balancer/test/tls-origin.ts';
import { seen, until } from '../balancer/test/until.ts';

/** The PROXY protocol with those who have it: HAProxy in front of the balancer, HAProxy and nginx behind it, and curl. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Servers are not where everybody looks for programs. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** `test`, where those tools are there; CI must not skip it. */
function testWith(...tools: string[]): typeof test | typeof test.skip {
  const missing = tools.filter((tool) => spawnSync(tool, ['-v'], { env }).error !== undefined);
  if (missing.length === 0 || process.env['ALL_TOOLS'] === '1') return test;
  process.stdout.write(`skipped: there is no ${missing.join(' and no ')}\n`);
  return test.skip;
}

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Runs a server with that configuration in a folder of its own, until the test is over; resolves once it listens at the port. */
async function runs(tool: string, args: (file: string, folder: string) => string[], text: string, port: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `${tool}-`));
  const file = join(folder, 'configuration');
  writeFileSync(file, text.replaceAll('FOLDER', folder));
  const server: ChildProcess = spawn(tool, args(file, folder), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const gone = new Promise((left) => server.once('close', left));
  for (const output of [server.stdout, server.stderr]) output?.on('data', (piece) => (said += piece));
  ends.push(async () => {
    server.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true });
  });
  await seen(
    async () => {
      if (server.exitCode !== null) throw new Error(`${tool} does not run: ${said}`);
      return listens(port);
    },
    (isThere) => isThere,
  );
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy(resolve(true) as undefined));
    socket.on('error', () => resolve(false));
  });
}

const haproxy = (text: string, port: number) =>
  runs(
    'haproxy',
    (file) => ['-db', '-f', file],
    `defaults\n  mode tcp\n  timeout connect 9s\n  timeout client 60s\n  timeout server 60s\n  timeout check 60s\n${text}`,
    port,
  );

const nginx = (text: string, port: number) =>
  runs(
    'nginx',
    (file, folder) => ['-c', file, '-p', folder, '-e', 'stderr'],
    `daemon off; master_process off; pid FOLDER/pid; error_log stderr; events {}
http { access_log off; client_body_temp_path FOLDER; proxy_temp_path FOLDER; fastcgi_temp_path FOLDER; uwsgi_temp_path FOLDER; scgi_temp_path FOLDER;
${text}}`,
    port,
  );

/** What curl gets; it comes from another address than proxies do. Resolves with its exit status where it gets nothing. */
async function curl(url: string, ...more: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('curl', ['-sS', '--max-time', '60', ...more, url])).stdout;
  } catch (error) {
    return `curl ${(error as { code?: number }).code}`;
  }
}

const fromElsewhere = ['--interface', '127.0.0.5'];

/** An origin that says what it was told of the client, and what was asked of it. */
async function origin() {
  const targets: string[] = [];
  const server = createServer(({ url, headers }, res) => {
    targets.push(`${url} ${headers['x-forwarded-for']}`);
    res.end(`${headers['x-forwarded-for']} came to ${headers['x-forwarded-port']}`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

async function balancer(...args: string[]) {
  const running = await startBalancer(args, {}, (program) => ends.push(() => program.end()));
  await seen(running.origins, (all) => all.every(({ state }) => state === 'ready'));
  return running;
}

const takes = ['--proxy-protocol=on', '--trusted-proxies=127.0.0.1'];

describe.each([1, 2])('with %i threads', (threads) => {
  testWith('haproxy', 'curl').each([
    ['send-proxy', 'check-send-proxy'],
    ['send-proxy-v2', 'check-send-proxy'],
    ['send-proxy-v2 proxy-v2-options crc32c,unique-id', 'check-send-proxy'],
  ])('HAProxy in front (%s) says who its client is, and is well served itself when it only looks', async (sends, checks) => {
    const { url, targets } = await origin();
    const { port, program } = await balancer(`--origins=${url}`, `--threads=${threads}`, ...takes);
    const front = await freePort();
    await haproxy(
      `listen front
  bind 127.0.0.1:${front}
  option httpchk GET /looks
  server balancer 127.0.0.1:${port} ${sends} check ${checks} inter 100ms\n`,
      front,
    );
    const answer = `127.0.0.5 came to ${front}`;
    expect(await curl(`http://127.0.0.1:${front}/`, ...fromElsewhere)).toBe(answer);
    expect(await curl(`http://127.0.0.1:${front}/`, ...fromElsewhere, '-H', 'X-Forwarded-For: 192.0.2.66')).toBe(answer);
    await until(
      () => targets.filter((target) => target === '/looks 127.0.0.1').length > 3,
      () => targets,
    );
    expect(program.output).not.toContain('closed a connection');
  });

  testWith('curl')('curl says who it is; who is trusted and does not is closed, and others need not', async () => {
    const { url } = await origin();
    const { port, program } = await balancer(`--origins=${url}`, `--threads=${threads}`, ...takes);
    const there = `http://127.0.0.1:${port}/`;
    expect(await curl(there, '--haproxy-protocol')).toBe(`127.0.0.1 came to ${port}`);
    expect(await curl(there, ...fromElsewhere)).toBe(`127.0.0.5 came to ${port}`);
    expect(await curl(there, ...fromElsewhere, '--haproxy-protocol', '-o', '/dev/null', '-w', '%{http_code}')).toBe('400');
    expect(await curl(there)).toMatch(/^curl (?:52|56)$/);
    await program.printed(/closed a connection from the trusted proxy 127\.0\.0\.1: what it sends first is no PROXY header/);
  });

  testWith('curl')('curl says who it is before TLS too, and before HTTP/2', async () => {
    const { url } = await origin();
    const shows = ['--tls-port=0', `--tls-cert=${fileOf('local')}`, `--tls-key=${fileOf('key')}`, '--h2c=on'];
    const { port, program } = await balancer(`--origins=${url}`, `--threads=${threads}`, ...takes, ...shows);
    const [, tlsPort = ''] = await program.printed(/and on port (\d+) over TLS/);
    for (const version of ['--http1.1', '--http2']) {
      expect(await curl(`https://127.0.0.1:${tlsPort}/`, '-k', version, '--haproxy-protocol')).toBe(`127.0.0.1 came to ${tlsPort}`);
      expect(await curl(`https://127.0.0.1:${tlsPort}/`, '-k', version)).toBe('curl 35');
    }
    expect(await curl(`http://127.0.0.1:${port}/`, '--http2-prior-knowledge', '--haproxy-protocol')).toBe(`127.0.0.1 came to ${port}`);
  });

  testWith('haproxy', 'curl').each(['v1', 'v2'])(
    'HAProxy behind is told by %s whom a connection is for, by probes too',
    async (version) => {
      const port = await freePort();
      await haproxy(
        `frontend behind
  mode http
  bind 127.0.0.1:${port} accept-proxy
  http-request return status 200 content-type text/plain lf-string "%[src] came to %[dst_port]"\n`,
        port,
      );
      await asksBehind(`http://127.0.0.1:${port} proxy-protocol=${version}`, threads);
    },
  );

  testWith('nginx', 'curl').each([
    ['v1', 'http'],
    ['v2', 'http'],
    ['v1', 'https'],
    ['v2', 'https'],
  ])('nginx behind is told by %s whom a connection is for, by probes too, over %s', async (version, scheme) => {
    const port = await freePort();
    const tls = `ssl_certificate ${fileOf('local')}; ssl_certificate_key ${fileOf('key')};`;
    await nginx(
      `server { listen 127.0.0.1:${port} ${scheme === 'https' ? 'ssl' : ''} proxy_protocol; ${scheme === 'https' ? tls : ''}
location / { default_type text/plain; return 200 "$proxy_protocol_addr came to $proxy_protocol_server_port"; } }`,
      port,
    );
    await asksBehind(`${scheme}://127.0.0.1:${port} proxy-protocol=${version}`, threads, `--origin-ca=${fileOf('authority')}`);
  });

  testWith(
    'haproxy',
    'nginx',
    'curl',
  )('what HAProxy in front says of its client reaches nginx behind', async () => {
    const [front, behind] = [await freePort(), await freePort()];
    await nginx(
      `server { listen 127.0.0.1:${behind} proxy_protocol;
location / { default_type text/plain; return 200 "$proxy_protocol_addr came to $proxy_protocol_server_port"; } }`,
      behind,
    );
    const { port } = await balancer(`--origins=http://127.0.0.1:${behind} proxy-protocol=v2`, `--threads=${threads}`, ...takes);
    await haproxy(`listen front\n  bind 127.0.0.1:${front}\n  server balancer 127.0.0.1:${port} send-proxy-v2\n`, front);
    expect(await curl(`http://127.0.0.1:${front}/`, ...fromElsewhere)).toBe(`127.0.0.5 came to ${front}`);
  });
});

/** Has clients ask an origin that wants a header and says what is in it; all of them must be told apart, and probes find it well. */
async function asksBehind(origins: string, threads: number, ...flags: string[]): Promise<void> {
  const looks = ['--health-path=/', '--health-interval=50ms', '--health-timeout=60s'];
  const running = await balancer(`--origins=${origins}`, `--threads=${threads}`, ...looks, ...flags);
  const { port } = running;
  const url = `http://127.0.0.1:${port}/`;
  for (const number of [5, 6, 5, 7]) {
    const from = `127.0.0.${number}`;
    const answer = `${from} came to ${port}`;
    expect(await curl(url, '--interface', from)).toBe(answer);
    expect(await curl(`${url}{1,2,3}`, '--interface', from)).toBe(answer.repeat(3));
  }
  const [{ probes, state }] = (await seen(running.origins, ([only]) => (only?.probes.length ?? 0) > 3)) as unknown as [
    { probes: { problem?: string }[]; state: string },
  ];
  expect([state, probes.filter(({ problem }) => problem)]).toEqual(['ready', []]);
}
