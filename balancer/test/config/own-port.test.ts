import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { problems } from './reading.ts';

const machine = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.each([
  ['http://localhost:8080', []],
  ['http://127.0.0.1:8080', []],
  ['http://127.9.9.9:8080', []],
  ['http://[::1]:8080', []],
  ['http://[::ffff:127.0.0.1]:8080', []],
  ['http://0.0.0.0:8080', []],
  ['http://lb.localhost:8080', []],
  ['https://localhost', ['--port=443']],
  ['http://localhost', ['--port=80', '--host=127.0.0.1']],
  ['http://127.0.0.1:8080', ['--host=localhost']],
  ['http://lb.example:8080', ['--host=lb.example']],
  ...(machine ? ([[`http://${machine}:8080`, []]] as [string, string[]][]) : []),
])('an origin %s is the balancer itself with %j, and refused', (origin, flags) => {
  expect(problems([`--origins=http://a,${origin}`, ...flags])).toEqual([
    expect.stringMatching(/^--origins: \S+:\d+ is where the balancer itself listens \(--port\)/),
  ]);
});

test('the admin port is no origin either', () => {
  expect(problems(['--origins=http://localhost:8090'])).toEqual([expect.stringMatching(/^--origins: localhost:8090 is .*admin side/)]);
});

test.each([
  ['http://localhost:8080', ['--port=0']],
  ['http://localhost:8081', []],
  ['http://127.0.0.2:8080', ['--host=127.0.0.1']],
  ['http://elsewhere.example:8080', []],
  ['http://localhost:8090', ['--admin-port=off']],
])('an origin %s is none with %j', (origin, flags) => {
  expect(problems([`--origins=${origin}`, ...flags])).toEqual([]);
});

test.each([
  ['8080', /^--health-port: 8080 is where the balancer itself listens \(--port\) on the machine of localhost:1\b/],
  ['8090', /^--health-port: 8090 is .*admin side/],
])('probes at %s would ask the balancer itself, and are refused', (port, problem) => {
  expect(problems(['--origins=http://elsewhere.example,https://localhost:1', `--health-port=${port}`])).toEqual([
    expect.stringMatching(problem),
  ]);
});

test.each([
  ['http://localhost:1', '8081'],
  ['http://elsewhere.example:1', '8080'],
])('probes of %s at %s ask the origin', (origin, port) => {
  expect(problems([`--origins=${origin}`, `--health-port=${port}`])).toEqual([]);
});

test('check sees it as well', () => {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  const file = join(folder, 'balancer.yml');
  writeFileSync(file, 'port: 9000\norigins: http://localhost:9000\n');
  expect(problems(['check', file])).toEqual([expect.stringContaining(`${file}, line 2: origins: localhost:9000 is where`)]);
  rmSync(folder, { recursive: true });
});
