import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Children, type Command } from './children.ts';
import { usageOf } from './cpu.ts';
import { build, chooseCores, onPath } from './machine.ts';
import { chooseOrigins, nginxMain } from './origins.ts';
import { median } from './results.ts';
import { smallAnswer } from './workloads.ts';
import { parseWrk } from './wrk.ts';

// Measures what TLS costs beside other proxies, one after the other in every round: requests on kept connections, and whole handshakes. All show
// the same certificate (P-256). Needs wrk and openssl; h2load as well for HTTP/2. Options: --rounds N, --seconds N, --only NAME,NAME.

const originPorts = [18080, 18081, 18082, 18083];
const firstPort = 18443;
const connections = 32;

/** A kind of load. */
interface Workload {
  readonly title: string;
  /** The most that this balancer wants to cost of what Caddy does. */
  readonly mark: number;
  /** What makes that load at a port for so many seconds. */
  readonly words: (port: number, length: number) => readonly string[];
  /** How many requests were answered and how many not, as that printed it. */
  readonly read: (printed: string) => { readonly requests: number; readonly errors: number };
}

const wrk =
  (...fields: string[]) =>
  (port: number, length: number) => [
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${length}s`,
    '--latency',
    ...fields,
    `https://127.0.0.1:${port}/small`,
  ];

const workloads: Readonly<Record<string, Workload>> = {
  tls: { title: 'small GET over TLS, kept alive', mark: 0.8, words: wrk(), read: parseWrk },
  'tls-handshake': { title: 'small GET with a whole handshake', mark: 1.2, words: wrk('-H', 'Connection: close'), read: parseWrk },
  http2: {
    title: 'small GET over TLS by HTTP/2, 8 streams on each of 4 connections',
    mark: 1,
    words: (port, length) => ['h2load', '-c4', '-m8', '-t1', `-D${length}`, `https://127.0.0.1:${port}/small`],
    read: readH2load,
  },
};

interface TlsPlace {
  readonly port: number;
  readonly cert: string;
  readonly key: string;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-tls-'));
const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const addresses = originPorts.map((port) => `127.0.0.1:${port}`);

const peers: Readonly<Record<string, (place: TlsPlace) => Command>> = {
  balancer: ({ port, cert, key }) => ({
    words: [
      ...[process.execPath, here('balancer/src/main.ts'), '--port=0', `--tls-port=${port}`, `--tls-cert=${cert}`, `--tls-key=${key}`],
      ...['--admin-port=off', '--log=off', `--origins=${addresses.map((address) => `http://${address}`).join()}`],
    ],
  }),
  nginx: ({ port, cert, key }) => {
    const text = `${nginxMain(folder, 'nginx-tls')}
http {
  access_log off;
  client_body_temp_path ${folder}/nginx-body;
  proxy_temp_path ${folder}/nginx-proxy;
  upstream origins { ${addresses.map((address) => `server ${address};`).join(' ')} keepalive 64; }
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    location / { proxy_pass http://origins; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }
  }
}
`;
    return { words: ['nginx', '-p', folder, '-e', 'stderr', '-c', written('nginx-tls.conf', text)] };
  },
  caddy: ({ port, cert, key }) => {
    const text = `{
  admin off
  auto_https disable_redirects
  persist_config off
}
https://localhost:${port}, https://127.0.0.1:${port} {
  bind 127.0.0.1
  tls ${cert} ${key}
  reverse_proxy ${addresses.join(' ')} {
    lb_policy round_robin
  }
}
`;
    return {
      words: ['caddy', 'run', '--adapter', 'caddyfile', '--config', written('Caddyfile', text)],
      env: { GOMAXPROCS: '1', HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    };
  },
};

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seconds: { type: 'string' }, only: { type: 'string' } } });
const rounds = Number(values.rounds ?? 3);
const seconds = Number(values.seconds ?? 5);
const names = Object.keys(peers).filter(
  (name) => name === 'balancer' || (onPath(name) && (values.only?.split(',').includes(name) ?? true)),
);
const children = new Children();
try {
  await run();
} finally {
  await children.end();
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const pins = chooseCores(1);
  children.start('origins', { words: [...pins.load, ...chooseOrigins(originPorts, folder).command.words] });
  const pair = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const names509 = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  build(
    folder,
    'openssl',
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', pair.key, '-out', pair.cert],
    ...['-days', '2', '-subj', '/CN=bench', ...names509],
  );
  const servers = names.map((name, place) => {
    const port = firstPort + place;
    const { words, env = {} } = peers[name]?.({ ...pair, port }) ?? { words: [] };
    return { name, port, pid: children.start(name, { words: [...pins.proxy, ...words], env }) };
  });
  for (const { name, port } of servers) await ready(name, port);
  for (const [name, workload] of Object.entries(workloads)) {
    if (!onPath(workload.words(0, 0)[0] ?? '')) continue;
    const costs = new Map(names.map((peer) => [peer, [] as number[]]));
    for (let round = 0; round < rounds; round += 1) {
      for (const { name: peer, port, pid } of servers) costs.get(peer)?.push(await costAt(port, pid, workload, pins.load));
    }
    report(workload, name, costs);
  }
}

/** CPU time per request, in µs. */
async function costAt(port: number, pid: number, { words, read }: Workload, pin: readonly string[]): Promise<number> {
  await children.run({ words: [...pin, ...words(port, 1)] });
  const before = usageOf(pid).cpuMicros;
  const { requests, errors } = read(await children.run({ words: [...pin, ...words(port, seconds)] }));
  // wrk counts a connection that is closed behind its answer as no error.
  if (errors > requests / 100) console.log(`${errors} errors at port ${port}`);
  return (usageOf(pid).cpuMicros - before) / requests;
}

/** Reads what h2load printed. */
function readH2load(printed: string): { readonly requests: number; readonly errors: number } {
  const [, requests, failed] = /requests: .* (\d+) succeeded, (\d+) failed/.exec(printed) ?? [];
  if (requests === undefined) throw new Error(`h2load printed nothing like a count of requests:\n${printed}`);
  return { requests: Number(requests), errors: Number(failed) };
}

function report({ title, mark }: Workload, workload: string, costs: ReadonlyMap<string, readonly number[]>): void {
  const middle = (name: string) => median(costs.get(name) ?? []);
  console.log(`\n${title} (${workload}), CPU time per request:`);
  for (const name of names) console.log(`  ${name.padEnd(10)} ${middle(name).toFixed(1).padStart(8)} µs`);
  if (!names.includes('caddy')) return;
  const ratio = middle('balancer') / middle('caddy');
  console.log(`  ${ratio <= mark ? 'reached    ' : 'not reached'} at most ${mark} × that of Caddy: ${ratio.toFixed(2)} ×`);
}

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Resolves once a server answers over TLS; rejects if it doesn't in time. */
async function ready(name: string, port: number): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if ((await lengthAt(port)) === smallAnswer.length) return;
  }
  throw new Error(`${name} does not answer over TLS as it should`);
}

function lengthAt(port: number): Promise<number> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', path: '/small', servername: 'localhost', rejectUnauthorized: false, agent: new Agent() };
    const req = request(options, (res) => {
      let length = 0;
      res.on('data', (piece: Buffer) => (length += piece.length)).on('end', () => resolve(length));
    });
    req.on('error', () => resolve(0)).end();
  });
}
