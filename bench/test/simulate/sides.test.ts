import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { measure } from '../../../balancer/src/simulate/measure.ts';
import { scenarioFile } from '../../../learn/src/playground/export.ts';
import { presets } from '../../../learn/src/playground/presets.ts';
import { quiet, sidesOf } from '../../../learn/src/playground/setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `npm run simulate -- --scenario` says of a file's text. */
function simulated(text: string) {
  const file = join(folder, 'scenario.json');
  writeFileSync(file, text);
  return spawnSync(process.execPath, ['bench/simulate/simulate.ts', '--scenario', file], {
    encoding: 'utf8',
    cwd: new URL('../../..', import.meta.url),
  });
}

test.each(['a quiet afternoon', 'a hot key', 'too much'])(
  'what the playground saves of “%s” comes to the figures that its page shows',
  (name) => {
    const setup = presets[name] ?? quiet;
    const { status, stdout } = simulated(scenarioFile(setup));
    expect(status).toBe(0);
    for (const side of sidesOf(setup)) {
      const { answered, failed, p50, p99 } = measure(side.scenario, setup.seed);
      const figures = [answered, failed, p50.toFixed(1), p99.toFixed(1)].join('\\s+').replaceAll('.', '\\.');
      expect(stdout).toMatch(new RegExp(`^${side.name}\\s+${figures}\\s`, 'm'));
    }
  },
);

test('a file with mistakes is refused, and each is named', () => {
  const { status, stderr } = simulated('{"version": 1, "seed": "x", "sides": []}');
  expect(status).toBe(2);
  expect(stderr).toContain('seed: "x" is wrong; give a number');
  expect(stderr).toContain('sides: [] is wrong; give a list of 1 to 10');
});
