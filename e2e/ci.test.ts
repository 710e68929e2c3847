import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';

const places: string[] = [];
afterEach(() => {
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
});

/** What .ci/run printed, how it ended, and the folder where the programs were that it used. */
interface Run {
  readonly lines: readonly string[];
  readonly status: number | null;
  readonly place: string;
}

/** Runs .ci/run where npm is the given shell script, and no step may take longer than so many seconds. */
async function runWith(npm: string, longest: number): Promise<Run> {
  const place = mkdtempSync(join(tmpdir(), 'ci-'));
  places.push(place);
  cpSync(new URL('../.ci', import.meta.url), join(place, 'tree/.ci'), { recursive: true });
  for (const [name, text] of Object.entries({ npm, promtool: '', pebble: '', chromium: '', haproxy: '', nginx: '', curl: '' })) {
    writeFileSync(join(place, name), `#!/bin/sh\n${text}`);
    chmodSync(join(place, name), 0o755);
  }
  const { promise, resolve } = Promise.withResolvers<Run>();
  const env = { PATH: `${place}:${process.env['PATH']}`, CI_LONGEST_STEP: String(longest) };
  const run = execFile(join(place, 'tree/.ci/run'), { env }, (_, printed) => {
    resolve({ lines: printed.trimEnd().split('\n'), status: run.exitCode, place });
  });
  return promise;
}

/** Counts as each step of ours does. */
const good =
  'case "$*" in cit|*threads|*tls|*routes) echo "Tests:  5 passed, 5 total";; *format|*lint|*types) ;; *) echo "3 passed, 0 failed";; esac\n';

test('CI adds up what its steps counted, and waits for nobody whom a step leaves running', async () => {
  const leaves = 'if [ "$2" = smoke ]; then setsid sleep 3600 & echo $! >"$0.left"; fi\n';
  const { lines, status, place } = await runWith(leaves + good, 30);
  process.kill(Number(readFileSync(join(place, 'npm.left'), 'utf8')));
  const counted = lines.filter((line) => / passed, 0 failed$/.test(line));
  expect(counted.length).toBeGreaterThan(6);
  // The tests three times, 5 each, one for the checks, and 3 for each of the others.
  expect(counted.at(-1)).toBe(`${5 + 5 + 5 + 5 + 1 + 3 * (counted.length - 1)} passed, 0 failed`);
  expect(status).toBe(0);
});

test('a step that never ends is one failure besides what it counted, and the rest of CI goes on', async () => {
  const hangs = 'if [ "$1" = cit ]; then echo "Tests:  1 failed, 5 passed, 6 total"; exec sleep 3600; fi\n';
  const { lines, status } = await runWith(hangs + good, 3);
  const counted = lines.filter((line) => / passed, 0 failed$/.test(line));
  expect(lines).toContain('npm cit: ended, since it took over 3 s');
  expect(lines.at(-1)).toBe(`${5 + 5 + 5 + 5 + 1 + 3 * counted.length} passed, 2 failed`);
  expect(status).toBe(1);
});
