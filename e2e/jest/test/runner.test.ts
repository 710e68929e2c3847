import { afterEach, expect, test } from '@jest/globals';
import { Program } from '../../process.ts';

let jest: Program | undefined;
afterEach(() => jest?.end());

/** Runs files that are no tests of ours as if they were, all in one process. */
async function run(...names: string[]): Promise<{ readonly status: number | null; readonly output: string }> {
  const files = names.flatMap((name) => ['--testMatch', `**/jest/test/${name}.fixture.ts`]);
  jest = new Program('--experimental-vm-modules', ['node_modules/jest/bin/jest.js', '--runInBand', ...files]);
  return { status: await jest.status(), output: jest.output };
}

test('a test file has copies of its own of all modules, and finds the process as the one before it did', async () => {
  const { status, output } = await run('finds', 'finds-too');
  expect(output).toMatch(/Tests: +2 passed, 2 total/);
  expect(status).toBe(0);
});

test('a test file that leaves something behind fails, and says what', async () => {
  const { status, output } = await run('leaves');
  expect(output).toContain('left behind for the test files that follow: forgotten');
  expect(status).toBe(1);
});

test('a test that ends the process fails the run', async () => {
  const { status, output } = await run('exits');
  expect(output).toContain('process.exit called with "1"');
  expect(status).toBe(1);
});
