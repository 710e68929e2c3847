import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { urlOf } from '../../wire.ts';
import { roadTo } from './asking.ts';

const run = promisify(execFile);

/** `test`, where a program is there: it is installed where ALL_TOOLS=1 says that nothing may be left out. */
function testWith(program: string): typeof test | typeof test.skip {
  if (process.env['ALL_TOOLS'] === '1' || spawnSync(program, ['--version']).error === undefined) return test;
  process.stdout.write(`skipped: there is no ${program} here\n`);
  return test.skip;
}

testWith('curl')('curl gets its answer, and sends what it has to', async () => {
  const road = await roadTo((req, res) => {
    let length = 0;
    req.on('data', ({ length: more }: Buffer) => {
      length += more;
    });
    req.on('end', () => res.end(`${length} bytes`));
  });
  const { stdout } = await run('curl', [
    '-s',
    '--http2-prior-knowledge',
    '-d',
    'x'.repeat(100_000),
    '-w',
    ' by %{http_version}',
    await urlOf(road.server),
  ]);
  expect(stdout).toBe('100000 bytes by 2');
});

testWith('nghttp')('nghttp gets many answers on one connection', async () => {
  const road = await roadTo((req, res) => res.end(`page ${req.url}\n`));
  const url = await urlOf(road.server);
  const { stdout } = await run(
    'nghttp',
    Array.from({ length: 20 }, (_, i) => `${url}/${i}`),
  );
  expect(stdout.trim().split('\n').sort()).toEqual(Array.from({ length: 20 }, (_, i) => `page /${i}`).sort());
});

testWith('h2load')('h2load gets all its answers, many at once over several connections', async () => {
  const road = await roadTo(undefined, '--max-running-per-address=1000');
  const { stdout } = await run('h2load', ['-n', '2000', '-c', '4', '-m', '20', await urlOf(road.server)]);
  expect(stdout).toMatch(/2000 succeeded, 0 failed, 0 errored, 0 timeout/);
});
