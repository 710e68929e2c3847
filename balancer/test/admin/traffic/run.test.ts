import { expect, test } from '@jest/globals';
import { Run } from '../../../src/admin/traffic/run.ts';
import { until } from '../../until.ts';

const traffic = { burst: 1, seconds: 1, clients: 1, mix: { small: 1, upload: 0, download: 0 }, seed: 1 };

/** A run of a program that is given as text, in place of the real one. */
function runOf(program: string) {
  const notes: string[] = [];
  const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`);
  const run = new Run({ traffic, target: 'http://127.0.0.1:1', mostUnderWay: 1 }, (note) => notes.push(note), url);
  const ended = () =>
    until(
      () => !run.isRunning,
      () => notes,
    );
  return { run, notes, ended };
}

test('a mistake in the thread that makes traffic ends that thread, and is told', async () => {
  const { ended, notes } = runOf('throw new Error("broken on purpose")');
  await ended();
  expect(notes).toEqual([expect.stringMatching(/^the traffic ended with a mistake: Error: broken on purpose/)]);
});

test('so does one that takes all memory', async () => {
  const { ended, notes } = runOf('const all = []; for (;;) all.push(new Array(1_000_000).fill(Math.random()))');
  await ended();
  expect(notes).toEqual([expect.stringContaining('ERR_WORKER_OUT_OF_MEMORY')]);
});

test('one that never comes to its end is stopped all the same', async () => {
  const { run, notes } = runOf('for (;;);');
  await run.stop();
  expect([run.isRunning, notes]).toEqual([false, []]);
});
