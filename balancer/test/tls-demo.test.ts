import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { Program } from '../../e2e/process.ts';
import { startOrigin } from './origins.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Starts the demonstration; resolves with its port over TLS. */
async function started(): Promise<string> {
  const origin = await startOrigin();
  const flags = ['--port=0', '--tls-port=0', '--admin-port=off', `--origins=http://127.0.0.1:${origin.port}`];
  const program = new Program('balancer/src/tls-demo.ts', ['--tls', ...flags], { CERTIFICATES: folder });
  ends.push(
    () => program.end(),
    () => origin.close(),
  );
  const [, port = ''] = await program.printed(/and on port (\d+) over TLS/);
  expect(program.output).toContain(`curl --cacert ${folder}/localhost.pem https://localhost:8443`);
  return port;
}

test('the demonstration makes a certificate once, which curl takes for localhost', async () => {
  const certificate = join(folder, 'localhost.pem');
  let first = '';
  for (let times = 0; times < 2; times += 1) {
    const port = await started();
    for (const host of ['localhost', '127.0.0.1']) {
      const { stdout } = await run('curl', [
        '-sS',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '--cacert',
        certificate,
        `https://${host}:${port}/`,
      ]);
      expect(stdout).toMatch(/^(?:200|503)$/);
    }
    first ||= readFileSync(certificate, 'utf8');
  }
  expect(readFileSync(certificate, 'utf8')).toBe(first);
  expect(statSync(join(folder, 'localhost.key')).mode & 0o777).toBe(0o600);
});
