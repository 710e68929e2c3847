import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

// Run while the image is built: starts balancers as they will be started, asks them what they are asked for at first, and ends them.
// What they have compiled stays where NODE_COMPILE_CACHE says, for all starts to come. Fails where one of them does.

/** How many requests each is asked: more than one, so that both threads get some. */
const requests = 20;

const origin = createServer((_req, res) => void res.end('warm'));
await once(origin.listen(0, '127.0.0.1'), 'listening');
// One thread last: what serving threads keep was compiled under other flags than the main thread has at its start (process/garbage.ts).
for (const threads of [2, 1]) await warm(threads);
origin.close();

async function warm(threads: number): Promise<void> {
  const flags = ['--port=0', '--admin-port=0', `--threads=${threads}`, `--origins=http://127.0.0.1:${portOf(origin)}`, '--log=pretty'];
  const balancer = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(balancer, 'exit');
  const { port, admin } = await portsIn(balancer.stdout);
  for (let asked = 0; asked < requests; asked += 1) await ask(`http://127.0.0.1:${port}/`);
  for (const path of ['/readyz', '/metrics', '/api/status']) await ask(`${admin}${path}`);
  balancer.kill('SIGTERM');
  const [status] = await ended;
  if (status !== 0) throw new Error(`a balancer with --threads ${threads} ended with ${status}`);
  console.log(`warm: ${threads === 1 ? 'one thread' : `${threads} threads`}`);
}

/** Where a balancer says that it listens; rejects where it ends without a word of that. Leaves the rest of what it says unread. */
async function portsIn(output: Readable): Promise<{ readonly port: string; readonly admin: string }> {
  let said = '';
  for await (const text of output.iterator({ destroyOnReturn: false })) {
    said += text;
    const [, port] = /listening on port (\d+)/.exec(said) ?? [];
    const [, admin] = /admin on (\S+)\n/.exec(said) ?? [];
    if (port !== undefined && admin !== undefined) return { port, admin };
  }
  throw new Error(`a balancer ended at once, having said: ${said}`);
}

async function ask(url: string): Promise<void> {
  const { ok, status } = await fetch(url);
  if (!ok) throw new Error(`${url} was answered with ${status}`);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
