import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../e2e/process.ts';
import { problems } from './config/reading.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** So many origins in 127.0.0.0/8, none of which is there, from the given one on. */
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `http://127.9.${(from + i) >> 8}.${(from + i) & 255}:9`).join();

test('more origins than there is room for are refused before anything starts', () => {
  expect(problems([`--origins=${many(4096)}`])).toEqual([]);
  expect(problems([`--origins=${many(4097)}`])).toEqual(['--origins: 4097 origins are listed; list 4096 at most']);
});

test('a reload that would need more room than there is leaves the running configuration, whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  const file = join(folder, 'balancer.yml');
  const write = (origins: string, policy: string) => writeFileSync(file, `origins: ${origins}\npolicy: ${policy}\n`);
  write(many(2100), 'round-robin');
  const flags = ['--port=0', '--admin-port=0', '--log=off', '--health-interval=1m', `--config=${file}`];
  const balancer = new Program('balancer/src/main.ts', flags);
  ends.push(
    () => rmSync(folder, { recursive: true }),
    () => balancer.end(),
  );
  const [, admin] = await balancer.printed(/admin on http:\/\/127\.0\.0\.1:(\d+)/);
  write(many(2100, 2100), 'random');
  balancer.signal('SIGHUP');
  await balancer.printed(/cannot be followed, the running one stays: 2100 origins are new, and 2100 are there/);
  const status = (await (await fetch(`http://127.0.0.1:${admin}/api/status`)).json()) as { policy: string; origins: { id: string }[] };
  expect(status.policy).toBe('round-robin');
  expect(status.origins[0]?.id).toBe('127.9.0.0:9');
});
