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

test('something looks for newer packages, images and actions', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as { updates: { 'package-ecosystem': string }[] };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'docker', 'github-actions']);
});
