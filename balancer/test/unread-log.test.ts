import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** An origin that answers everything. */
async function origin(): Promise<number> {
  const server = createServer((_req, res) => res.end('here')).listen(0, '127.0.0.1');
  ends.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

type Child = ChildProcessByStdio<null, Readable, null>;

/** A balancer of which nobody reads the log any more, once its ports are known. */
async function unread(threads: number): Promise<{ child: Child; port: string }> {
  const args = ['balancer/src/main.ts', '--port=0', '--admin-port=0', '--log=pretty', `--threads=${threads}`];
  const child: Child = spawn(process.execPath, [...args, `--origins=http://127.0.0.1:${await origin()}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ends.push(() => child.kill('SIGKILL'));
  let said = '';
  let ports: string[] = [];
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    ports = [/listening on port (\d+)/, /admin on http:\/\/127\.0\.0\.1:(\d+)/].flatMap((pattern) => pattern.exec(said)?.[1] ?? []);
    if (ports.length === 2) break;
  }
  child.stdout.pause();
  const [port = ''] = ports;
  return { child, port };
}

test.each([1, 2])(
  'no request and no stop waits for somebody to read the log, in %i threads',
  async (threads) => {
    const { child, port } = await unread(threads);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    ends.push(() => agent.destroy());
    const target = `http://127.0.0.1:${port}/?${'x'.repeat(7000)}`;
    const ask = () => new Promise((done, fail) => get(target, { agent }, (res) => res.resume().on('end', done)).on('error', fail));
    for (let asked = 0; asked < 1000; asked += 200) await Promise.all(Array.from({ length: 200 }, ask));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
  60_000,
);
