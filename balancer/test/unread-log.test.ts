import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startBalancer } from './running.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An origin that answers everything. */
async function origin(): Promise<number> {
  const server = createServer((_req, res) => res.end('here')).listen(0, '127.0.0.1');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test.each([1, 2])('no request and no stop waits for somebody to read the log, in %i threads', async (threads) => {
  const { program, port } = await startBalancer([`--threads=${threads}`, `--origins=http://127.0.0.1:${await origin()}`], {}, (started) =>
    ends.push(() => started.end()),
  );
  program.stopReading();
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  ends.push(() => agent.destroy());
  const target = `http://127.0.0.1:${port}/?${'x'.repeat(14_000)}`;
  const ask = () => new Promise((done, fail) => get(target, { agent }, (res) => res.resume().on('end', done)).on('error', fail));
  for (let asked = 0; asked < 500; asked += 100) await Promise.all(Array.from({ length: 100 }, ask));
  program.signal('SIGTERM');
  expect(await program.status()).toBe(0);
});
