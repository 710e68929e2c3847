import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Program } from '../../process.ts';

const started: Program[] = [];
afterAll(() => Promise.all(started.map((jest) => jest.end())));

/** Runs files that are no tests of ours as if they were, all in one process. */
async function run(...names: string[]): Promise<{ readonly status: number | null; readonly output: string }> {
  const files = names.flatMap((name) => ['--testMatch', `**/jest/test/${name}.fixture.ts`]);
  const jest = new Program('--experimental-vm-modules', ['node_modules/jest/bin/jest.js', '--runInBand', ...files]);
  started.push(jest);
  return { status: await jest.status(), output: jest.output };
}

describe('of test files that share a process', () => {
  let together: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    together = await run('finds', 'finds-too', 'leaves');
  });

  test('each has copies of its own of all modules, and finds the process as the one before it did', () => {
    expect(together.output).toMatch(/^PASS .*\/finds\.fixture\.ts/m);
    expect(together.output).toMatch(/^PASS .*\/finds-too\.fixture\.ts/m);
  });

  test('one that leaves something behind fails, and says what', () => {
    expect(together.output).toMatch(/^FAIL .*\/leaves\.fixture\.ts/m);
    expect(together.output).toContain('left behind for the test files that follow: forgotten');
    expect(together.status).toBe(1);
  });
});

test('a test that ends the process fails the run', async () => {
  const { status, output } = await run('exits');
  expect(output).toContain('process.exit called with "1"');
  expect(status).toBe(1);
});
