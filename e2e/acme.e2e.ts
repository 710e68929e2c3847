import type { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get as getPlainly } from 'node:http';
import { get as getSecurely, Agent as TlsAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Store } from '../balancer/src/acme/store.ts';
import { madeCertificate } from '../balancer/test/acme/made-certificate.ts';
import { freePorts, noPebble, type Pebble, startPebble } from '../balancer/test/acme/pebble.ts';
import { Program } from './process.ts';

const day = 24 * 60 * 60 * 1000;

let ports: { readonly port: number; readonly tlsPort: number };
let pebble: Pebble;
let origin: Program;
const running: Program[] = [];
const folders: string[] = [];

beforeAll(async () => {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  ports = { port, tlsPort };
  if (noPebble) process.stdout.write(`${noPebble}\n`);
  else pebble = await startPebble({ httpPort: port, tlsPort, refusedNonces: 20, sleep: 1 });
  origin = new Program('origin/src/main.ts', ['--port', '0']);
});
afterEach(async () => {
  for (const program of running.splice(0)) await program.end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
afterAll(async () => {
  pebble?.end();
  await origin.end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'acme-'));
  folders.push(path);
  return path;
}

interface Setting {
  readonly hosts: readonly string[];
  readonly store: string;
  readonly threads: number;
  readonly more?: string;
  readonly top?: string;
}

async function balancer({ hosts, store, threads, more = '', top = '' }: Setting): Promise<Program> {
  const file = join(store, 'balancer.yml');
  const acme = `hosts: [${hosts.join(', ')}], store: ${store}, directory: "${pebble.directory}", directory-ca: ${pebble.ca}${more}`;
  writeFileSync(file, `port: ${ports.port}\n${top}tls: { port: ${ports.tlsPort}, acme: { ${acme} } }\n`);
  const url = `http://localhost:${await origin.port()}`;
  const program = new Program('balancer/src/main.ts', [
    '--config',
    file,
    '--admin-port=0',
    `--threads=${threads}`,
    '--log=off',
    `--origins=${url}`,
  ]);
  running.push(program);
  await program.port();
  return program;
}

/** The certificate that a client is shown who asks for a host. */
function shown(host: string): Promise<X509Certificate | undefined> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({ port: ports.tlsPort, host: '127.0.0.1', servername: host, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate());
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
  });
}

/** What became of requests that were sent one after the other by some clients; whoever keeps connections and who makes new ones. */
class Clients {
  answered = 0;
  readonly failures: string[] = [];
  readonly serials = new Set<string>();
  #isOver = false;
  readonly #all: Promise<unknown>;
  readonly #agents: (Agent | TlsAgent)[] = [];

  constructor(kinds: readonly ('http' | 'https')[], host: string) {
    const clients = kinds.flatMap((kind) => [true, false].map((keepAlive) => this.#work(kind, host, keepAlive)));
    this.#all = Promise.all(clients);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#all;
    for (const agent of this.#agents) agent.destroy();
  }

  async #work(kind: 'http' | 'https', host: string, keepAlive: boolean): Promise<void> {
    const agent = kind === 'http' ? new Agent({ keepAlive }) : new TlsAgent({ keepAlive, rejectUnauthorized: false, maxCachedSessions: 0 });
    this.#agents.push(agent);
    while (!this.#isOver) {
      try {
        await this.#ask(kind, host, agent);
        this.answered += 1;
      } catch (error) {
        this.failures.push(`${kind}: ${(error as Error).message}`);
      }
    }
  }

  #ask(kind: 'http' | 'https', host: string, agent: Agent | TlsAgent): Promise<void> {
    const port = kind === 'http' ? ports.port : ports.tlsPort;
    const get = kind === 'http' ? getPlainly : getSecurely;
    return new Promise((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, agent, servername: host, headers: { Host: host } }, (response) => {
        if (kind === 'https') this.serials.add((response.socket as TLSSocket).getPeerX509Certificate()?.serialNumber ?? 'none');
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response
          .resume()
          .once('end', () => resolve())
          .once('error', reject);
      });
      request.once('error', reject);
    });
  }
}

(noPebble ? describe.skip : describe).each([1, 2])('with %s thread(s) and Pebble', (threads) => {
  test.each(['http-01', 'tls-alpn-01'])('the first certificate comes by %s while the plain port serves', async (challenge) => {
    const host = `${challenge}-${threads}.example.com`;
    const program = await balancer({ hosts: [host], store: folder(), threads, more: `, challenge: ${challenge}` });
    expect(await shown(host)).toBeUndefined();
    const clients = new Clients(['http'], host);
    await program.printed(new RegExp(`acme: ${host}: its certificate is in use, good until 20`));
    await clients.end();
    expect((await shown(host))?.checkHost(host)).toBe(host);
    expect(clients.failures).toEqual([]);
    expect(clients.answered).toBeGreaterThan(0);
  });

  test('one that comes to its end is replaced under load over TLS, and no request fails', async () => {
    const host = `renewed-${threads}.example.com`;
    const place = folder();
    const store = new Store(place, pebble.directory);
    await store.open();
    await store.keep(host, madeCertificate({ host, notBefore: Date.now() - 70 * day, notAfter: Date.now() + 20 * day, serial: '5157' }));
    const program = await balancer({ hosts: [host], store: place, threads });
    expect((await shown(host))?.serialNumber).toBe('5157');
    const clients = new Clients(['http', 'https'], host);
    await program.printed(/its certificate is in use[\s\S]*its certificate is in use/);
    const renewed = (await shown(host))?.serialNumber ?? '';
    while (!clients.serials.has(renewed)) await new Promise(setImmediate);
    await clients.end();
    expect(clients.failures).toEqual([]);
    expect(clients.serials).toEqual(new Set(['5157', renewed]));
    // At the next start it is there before anybody can ask.
    await program.end();
    const again = await balancer({ hosts: [host], store: place, threads });
    expect((await shown(host))?.serialNumber).toBe(renewed);
    expect(again.output).not.toContain('next try');
  });

  test('a question of an authority that nobody has asked for goes to an origin, as anything does', async () => {
    await balancer({ hosts: [`none-${threads}.example.com`], store: folder(), threads, more: ', issuer: off' });
    const answer = await fetch(`http://127.0.0.1:${ports.port}/.well-known/acme-challenge/token`);
    expect(await answer.text()).toContain('origin server response');
  });

  test('the authority is answered also where clients are sent to https://', async () => {
    const host = `sent-${threads}.example.com`;
    const program = await balancer({
      hosts: [host],
      store: folder(),
      threads,
      more: ', challenge: http-01',
      top: 'redirect-to-https: on\n',
    });
    const asked = await fetch(`http://127.0.0.1:${ports.port}/`, { redirect: 'manual' });
    expect(asked.status).toBe(308);
    await asked.arrayBuffer();
    await program.printed(new RegExp(`acme: ${host}: its certificate is in use`));
  });

  test('another host is added while it runs', async () => {
    const place = folder();
    const [one, other] = [`one-${threads}.example.com`, `other-${threads}.example.com`];
    const program = await balancer({ hosts: [one], store: place, threads });
    await program.printed(new RegExp(`${one}: its certificate is in use`));
    const file = join(place, 'balancer.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(one, `${one}, ${other}`));
    program.signal('SIGHUP');
    await program.printed(new RegExp(`${other}: its certificate is in use`));
    expect((await shown(other))?.checkHost(other)).toBe(other);
    expect((await shown(one))?.checkHost(one)).toBe(one);
  });
});

test('a store that can not be had is named before the start', async () => {
  const place = folder();
  writeFileSync(join(place, 'file'), '');
  const program = new Program('balancer/src/main.ts', ['check', join(place, 'balancer.yml')]);
  writeFileSync(join(place, 'balancer.yml'), `tls: { port: 8443, acme: { hosts: [a.example], store: ${join(place, 'file')} } }\n`);
  running.push(program);
  await program.printed(/line 1: tls: acme: store: .*file is a file; give a folder/);
});
