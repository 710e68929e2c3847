import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { watch } from '../../src/config/watch.ts';
import { until } from '../until.ts';

let folder: string;
let file: string;
let calls = 0;
let look: () => Promise<void>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  file = join(folder, 'file');
  writeFileSync(file, 'one');
  calls = 0;
  const changed = () => {
    calls += 1;
  };
  watch(file, changed, (given) => {
    look = given;
    return () => {};
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** How often it has called after so many looks at a file that stays as it is. */
async function callsAfter(looks: number): Promise<number> {
  for (let i = 0; i < looks; i += 1) await look();
  return calls;
}

test('calls once at the start, since the file may have changed while it was first read', async () => {
  expect([await callsAfter(1), await callsAfter(1), await callsAfter(5)]).toEqual([0, 1, 1]);
});

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
  expect(await callsAfter(2)).toBe(1);
  change();
  expect([await callsAfter(1), await callsAfter(1), await callsAfter(5)]).toEqual([1, 2, 2]);
});

test('waits while the file still changes', async () => {
  expect(await callsAfter(2)).toBe(1);
  for (let size = 4; size < 10; size += 1) {
    writeFileSync(file, 'x'.repeat(size));
    expect(await callsAfter(1)).toBe(1);
  }
  expect(await callsAfter(1)).toBe(2);
});

test('by itself it looks several times a second, and no more once it was ended', async () => {
  const counted = () => {
    const calls = { count: 0 };
    const stop = watch(file, () => {
      calls.count += 1;
    });
    return { calls, stop };
  };
  const [ended, other] = [counted(), counted()];
  const both = () => [ended.calls.count, other.calls.count];
  await until(() => both().every((count) => count === 1), both);
  ended.stop();
  writeFileSync(file, 'another');
  await until(() => other.calls.count === 2, both);
  other.stop();
  expect(both()).toEqual([1, 2]);
});
