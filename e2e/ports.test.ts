import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from './process.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A port that somebody listens at. */
async function takenPort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, host, listening));
  ends.push(() => server.close());
  return (server.address() as { port: number }).port;
}

test.each(['127.0.0.1', '0.0.0.0'])('npm start says once which of its ports are taken on %s, and what helps', async (host) => {
  const port = await takenPort(host);
  const program = new Program('e2e/ports.ts', [`origin-1=${port}`, 'balancer=0']);
  ends.push(() => program.end());
  expect(await program.status()).toBe(1);
  expect(program.output).toContain(`npm start: taken already: ${port} (for origin-1). It needs the ports ${port}, 0`);
  expect(program.output).toContain('docker compose up');
});

test('npm start goes on where all are free', async () => {
  const program = new Program('e2e/ports.ts', ['balancer=0', 'admin=0']);
  ends.push(() => program.end());
  expect(await program.status()).toBe(0);
  expect(program.output).toBe('');
});

test('npm start asks that of all the ports that it then uses', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const asked = [...scripts.prestart.matchAll(/=(\d+)/g)].map(([, port]) => port);
  const used = [...scripts.start.matchAll(/--port (\d+)/g)].map(([, port]) => port);
  expect(asked.toSorted()).toEqual([...used, '8080', '8090'].toSorted());
});
