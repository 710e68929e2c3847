import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const unit = fileURLToPath(new URL('../deploy/systemd/load-balancer-explained.service', import.meta.url));

/** Whether systemd's own tool is here; where all tools must be, its absence is a failure. */
const isHere = process.env['ALL_TOOLS'] === '1' || spawnSync('systemd-analyze', ['--version']).error === undefined;
const maybe = isHere ? test : test.skip;

maybe('systemd can use the unit, and finds nothing to complain about', () => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
});

maybe('little is exposed by the unit, as systemd counts', () => {
  const said = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], { encoding: 'utf8' });
  expect(Number(/Overall exposure level for [^:]*: ([\d.]+)/.exec(said)?.[1])).toBeLessThan(2.5);
});
