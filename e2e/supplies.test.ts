import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const workflows = readdirSync(new URL('.github/workflows/', root)).map((name) => read(`.github/workflows/${name}`));

test('workflows use actions by commit, with the version beside it, and may read the repository and nothing else', () => {
  const uses = workflows.flatMap((workflow) => workflow.match(/uses: .*/g) ?? []);
  expect(uses.length).toBeGreaterThan(1);
  for (const use of uses) expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
  for (const workflow of workflows) expect(parse(workflow).permissions).toEqual({ contents: 'read' });
});

test('a release is tested first, and only what publishes may do more than read', () => {
  const { jobs } = parse(read('.github/workflows/release.yml')) as {
    jobs: Record<string, { needs?: string; permissions?: Record<string, string>; steps: { run?: string }[] }>;
  };
  expect(jobs['ci']?.steps.map(({ run }) => run)).toContain('.ci/run');
  const others = Object.entries(jobs).filter(([name]) => name !== 'ci');
  expect(others.map(([name, { needs, permissions }]) => [name, needs, permissions])).toEqual([
    ['images', 'ci', { contents: 'read', packages: 'write' }],
    ['package', 'ci', { contents: 'read', 'id-token': 'write' }],
    ['course', 'ci', { contents: 'read', pages: 'write', 'id-token': 'write' }],
  ]);
});

test('a tag that is not the version, or that the changelog has nothing of, is not released', () => {
  const checked = (tag: string) => spawnSync(process.execPath, ['deploy/npm/release-check.ts', tag], { cwd: root, encoding: 'utf8' });
  const { version } = JSON.parse(read('package.json'));
  expect(checked(`v${version}`)).toMatchObject({ status: 0, stderr: '' });
  const { status, stderr } = checked('v99.0.0');
  expect([status, stderr.split('\n').length]).toEqual([1, 5]);
  expect(stderr).toContain('v99.0.0: CHANGELOG.md has no part');
});

test('something looks for newer packages, images and actions', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as { updates: { 'package-ecosystem': string }[] };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'docker', 'github-actions']);
});
