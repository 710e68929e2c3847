import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFile, fileOf } from '../tls-origin.ts';

/** Let's Encrypt's own authority for tests, with the names that it is told of. */
export interface Pebble {
  readonly directory: string;
  /** The file with who has signed its own certificate. */
  readonly ca: string;
  /** What it has printed. */
  output(): string;
  /** Says where a host is; without an address, nowhere. */
  place(host: string, address: string | undefined): Promise<void>;
  end(): void;
}

/** Where a site is, and how often a good nonce is refused, of a hundred. */
export interface PebbleTerms {
  readonly httpPort: number;
  readonly tlsPort: number;
  readonly refusedNonces: number;
  /** The longest that it sleeps before it looks at a site, in s; 0 for not at all. */
  readonly sleep: number;
}

/** Why tests with Pebble are skipped, where it is not there; nothing where it must be. */
export const noPebble = isThere('pebble') && isThere('pebble-challtestsrv') ? undefined : 'skipped: pebble is not there';

function isThere(program: string): boolean {
  return process.env['ALL_TOOLS'] === '1' || spawnSync(program, ['-help']).error === undefined;
}

/** Starts it, with a DNS of its own. Resolves once it can be asked. */
export async function startPebble({ httpPort, tlsPort, refusedNonces, sleep }: PebbleTerms): Promise<Pebble> {
  const [port, management, dns, names] = await freePorts(4);
  const folder = mkdtempSync(join(tmpdir(), 'pebble-'));
  const config = join(folder, 'config.json');
  const addresses = { listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${management}` };
  const own = { certificate: certificateFile, privateKey: fileOf('key') };
  writeFileSync(config, JSON.stringify({ pebble: { ...addresses, ...own, httpPort, tlsPort, ocspResponderURL: '' } }));
  const slow = sleep === 0 ? { PEBBLE_VA_NOSLEEP: '1' } : { PEBBLE_VA_SLEEPTIME: `${sleep}` };
  const env = { PATH: process.env['PATH'], ...slow, PEBBLE_WFE_NONCEREJECT: `${refusedNonces}`, PEBBLE_AUTHZREUSE: '0' };
  const nowhere = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
  const dnsServer = spawn('pebble-challtestsrv', [...nowhere, '-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${names}`], { env });
  const pebble = spawn('pebble', ['-strict', '-config', config, '-dnsserver', `127.0.0.1:${dns}`], { env });
  const heard = [hear(pebble), hear(dnsServer)];
  await Promise.all([heard[0]?.printed('Listening on'), heard[1]?.printed('Starting challenge servers')]);
  const tell = async (what: string, body: object) => {
    const answer = await fetch(`http://127.0.0.1:${names}/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${what}: ${answer.status}`);
    await answer.arrayBuffer();
  };
  return {
    directory: `https://localhost:${port}/dir`,
    ca: certificateFile,
    output: () => heard[0]?.output() ?? '',
    place: (host, address) => tell('add-a', { host, addresses: address === undefined ? [] : [address] }),
    end: () => {
      pebble.kill();
      dnsServer.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function hear(child: ChildProcess) {
  let output = '';
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const look of looks) look();
    });
  }
  const printed = (words: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(words) && resolve();
      looks.add(look);
      look();
      child.once('error', reject);
      child.once('close', () => reject(new Error(`ended without printing ${words}:\n${output}`)));
    });
  return { printed, output: () => output };
}

/** Ports that nobody has now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
