import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { selfSigned } from '../../balancer/test/self-signed.ts';
import type { Checks } from '../checks.ts';
import { Program } from '../process.ts';
import { startEchoOrigin } from './echo-origin.ts';

/** What a page there sees of how it is spoken to. */
interface Seen {
  /** By which protocol the browser asked. */
  readonly protocol: string;
  /** What the origin was told of the request. */
  readonly told: { readonly 'x-forwarded-proto'?: string };
  /** What its WebSocket said back. */
  readonly echoed: string;
}

/** A browser speaks HTTP/2 with the balancer's TLS port, also for a WebSocket (RFC 8441), while the origin speaks HTTP/1.1; with so many threads. */
export async function overTls(checks: Checks, browser: Browser, threads: number): Promise<void> {
  const origin = await startEchoOrigin();
  const folder = mkdtempSync(join(tmpdir(), 'lb-browser-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, selfSigned.cert);
  writeFileSync(key, selfSigned.key);
  const tls = ['--tls-port=0', `--tls-cert=${cert}`, `--tls-key=${key}`];
  const balancer = new Program('balancer/src/main.ts', [
    ...['--port=0', '--admin-port=off', '--log=json', `--threads=${threads}`, `--origins=${origin.url}`],
    ...tls,
  ]);
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const [, port] = await balancer.printed(/on port (\d+) over TLS/);
    const page = await context.newPage();
    await page.goto(`https://localhost:${port}/`);
    const seen = (await page.evaluate(look)) as Seen;
    const who = threads === 1 ? 'a browser' : `a browser, with ${threads} threads,`;
    checks.hold(`${who} speaks HTTP/2 over TLS`, seen.protocol === 'h2', seen.protocol);
    checks.hold(
      `${who} comes by https, and the origin is told so`,
      seen.told['x-forwarded-proto'] === 'https',
      seen.told['x-forwarded-proto'],
    );
    checks.hold(`${who} has a WebSocket there`, seen.echoed === 'hello', seen.echoed);
    await page.close();
    const [line = ''] = await balancer.printed(/^\{.*"target":"\/socket".*$/m);
    const { protocol, status } = JSON.parse(line) as { readonly protocol: string; readonly status: number };
    checks.hold(`${who} has it over HTTP/2`, protocol === 'HTTP/2' && status === 101, { protocol, status });
  } finally {
    await context.close();
    await balancer.end();
    origin.close();
  }
}

/** Runs in the page. */
const look = `(async () => {
  const told = await (await fetch('/told')).json();
  const entry = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/told'));
  const socket = new WebSocket('wss://' + location.host + '/socket');
  const echoed = await new Promise((resolve, reject) => {
    socket.onopen = () => socket.send('hello');
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = () => reject(new Error('the WebSocket failed'));
  });
  socket.close();
  return { protocol: entry.nextHopProtocol, told, echoed };
})()`;
