import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { watch } from '../../src/config/watch.ts';
import { until } from '../until.ts';

let folder: string;
let file: string;
let end: () => void;
let calls = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  file = join(folder, 'file');
  writeFileSync(file, 'one');
  calls = 0;
  end = watch(file, () => {
    calls += 1;
  });
});
afterEach(() => {
  end();
  rmSync(folder, { recursive: true });
});

const called = (times: number) =>
  until(
    () => calls === times,
    () => calls,
  );

test('calls once at the start, since the file may have changed while it was first read', () => called(1));

test.each<[string, () => void]>([
  ['written again', () => writeFileSync(file, 'another')],
  [
    'replaced by another file',
    () => {
      writeFileSync(`${file}.new`, 'two');
      renameSync(`${file}.new`, file);
    },
  ],
  ['removed', () => unlinkSync(file)],
  [
    'a link that leads elsewhere',
    () => {
      writeFileSync(`${file}.other`, 'else');
      unlinkSync(file);
      symlinkSync(`${file}.other`, file);
    },
  ],
])('calls when the file is %s', async (_what, change) => {
  await called(1);
  change();
  await called(2);
});

test('waits while the file still changes', async () => {
  await called(1);
  const writing = setInterval(() => writeFileSync(file, String(performance.now())), 20);
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(calls).toBe(1);
  clearInterval(writing);
  await called(2);
});

test('calls no more once it was ended', async () => {
  end();
  writeFileSync(file, 'two');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(calls).toBe(0);
});
