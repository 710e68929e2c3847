import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, get, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Program } from '../e2e/process.ts';

const streamed = 1024 ** 3;
const idleClients = 2000;
const piece = Buffer.alloc(64 * 1024);

const origin = await startOrigin();
const balancer = new Program('balancer/src/main.ts', [
  '--port=0',
  '--admin-port=off',
  '--log=off',
  `--origins=http://127.0.0.1:${portOf(origin)}`,
]);
try {
  const port = await balancer.port();
  // What a first use allocates once and for all is not what is asked about.
  await upload(port, streamed / 8);
  await download(port, streamed / 8);
  report('1 GiB up', 'MiB more at its highest', 30, (await highest(() => upload(port, streamed))) / 1024 ** 2);
  report('1 GiB down', 'MiB more at its highest', 30, (await highest(() => download(port, streamed))) / 1024 ** 2);
  report(`${idleClients} idle clients`, 'KB more for each', 20, (await idle(port)) / 1000 / idleClients);
} finally {
  await balancer.end();
  origin.closeAllConnections();
  origin.close();
}

function report(what: string, unit: string, mark: number, seen: number): void {
  console.log(`${what}: ${seen.toFixed(1)} ${unit} (mark: under ${mark}): ${seen < mark ? 'reached' : 'not reached'}`);
}

/** Resident memory of the balancer, in bytes. */
function resident(): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${balancer.pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** By how many bytes the balancer's resident memory rises above its start while the work goes on. */
async function highest(work: () => Promise<void>): Promise<number> {
  const before = resident();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, resident());
  }, 20);
  await work();
  clearInterval(timer);
  return most - before;
}

async function upload(port: number, bytes: number): Promise<void> {
  const sending = request({ port, method: 'POST', headers: { 'Content-Length': bytes } });
  const answered = once(sending, 'response');
  await pipeline(Readable.from(pieces(bytes)), sending);
  (await answered)[0].resume();
}

async function download(port: number, bytes: number): Promise<void> {
  const [response] = await once(get({ port, headers: { 'X-Bytes': bytes } }), 'response');
  await pipeline(response, nowhere());
}

/** Opens clients that ask once and stay, and says by how many bytes the balancer grew. */
async function idle(port: number): Promise<number> {
  const before = resident();
  const clients: Socket[] = [];
  while (clients.length < idleClients) {
    const client = connect(port);
    clients.push(client);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client, 'data');
  }
  const grown = resident() - before;
  for (const client of clients) client.destroy();
  return grown;
}

function* pieces(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function startOrigin(): Promise<Server> {
  const server = createServer(async (req, res) => {
    await pipeline(req, nowhere());
    await pipeline(Readable.from(pieces(Number(req.headers['x-bytes'] ?? 0))), res);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
