import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import { Program } from './process.ts';

const programs: Program[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.end();
});

function started(file: string, ...args: string[]): Program {
  const program = new Program(file, args);
  programs.push(program);
  return program;
}

/** Prometheus’s own judge; what is wrong where there is none, since CI must not skip it. */
function promtool(text: string) {
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error && process.env['ALL_TOOLS'] !== '1') return `skipped: ${error.message}`;
  return error ? error.message : `${status}${stdout}${stderr}`;
}

test('promtool finds nothing wrong with /metrics, over two threads that have worked', async () => {
  const origin = started('origin/src/main.ts', '--port', '0');
  const url = `http://localhost:${await origin.port()}`;
  const balancer = started(
    'balancer/src/main.ts',
    '--port=0',
    '--admin-port=0',
    '--threads=2',
    '--log=off',
    `--origins=${url}, http://localhost:2`,
  );
  const port = await balancer.port();
  const [, adminPort] = await balancer.printed(/admin on http:\/\/127\.0\.0\.1:(\d+)/);
  for (let i = 0; i < 10; i += 1) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  expect(text).toContain(`lb_attempts_total{pool="default",origin="${new URL(url).host}",outcome="2xx"} 10\n`);
  expect(text).toContain('lb_exchanges_total{code="2xx"} 10\n');
  const verdict = promtool(text);
  if (verdict.startsWith('skipped')) process.stdout.write(`promtool ${verdict}\n`);
  else expect(verdict).toBe('0');
});

test('promtool does find a mistake, where it is there', () => {
  const verdict = promtool('# HELP a_total Counts.\n# TYPE a_total gauge\na_total 1\n');
  if (!verdict.startsWith('skipped')) expect(verdict).toMatch(/^[13].*a_total/s);
});
