import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lessons } from '../../../src/admin/lessons/chapters/all.ts';
import { type Classroom, type Mistakes, openClassroom, openOrigins } from './classroom.ts';

let origins: Awaited<ReturnType<typeof openOrigins>>;
let classroom: Classroom | undefined;
beforeAll(async () => {
  origins = await openOrigins();
});
afterAll(() => origins.end());

/** For each chapter, a mistake with which its check must not pass. */
const mistakes: readonly [chapter: number, what: string, mistake: Mistakes][] = [
  [1, 'all requests go to the first origin', { policy: 'first' }],
  [2, 'it is drawn by lot whose turn it is', { policy: 'random' }],
  [3, 'all requests go to the first origin, which then has more than it can do', { policy: 'first' }],
  [4, 'it goes by turns in place of counting', { policy: 'round-robin' }],
  [5, 'nobody looks at weights', { policy: 'first' }],
  [6, 'it goes by turns in place of counting', { policy: 'round-robin' }],
  [7, 'there is one guess in place of two', { policy: 'random' }],
  [8, 'it goes by turns in place of measuring', { policy: 'round-robin' }],
  [9, 'a client is led anywhere', { policy: 'random' }],
  [10, 'nobody may be ejected', { flags: ['--max-ejected=0%'] }],
  [11, 'nothing is tried again', { flags: ['--retries=0'] }],
  [12, 'the balancer has no room to wait in', { flags: ['--max-waiting=0'] }],
  [13, 'what runs is cut by a drain, and not tried again', { flags: ['--drain-timeout=1ms', '--retries=0'] }],
  [14, 'it goes by turns whatever is chosen', { policy: 'round-robin' }],
];

test.each(mistakes)('the check of chapter %i fails where %s', async (chapter, _what, mistake) => {
  classroom = await openClassroom(origins.ports, mistake);
  try {
    const { pass, sentence } = await classroom.examiner.run(chapter, 'a test', new AbortController().signal);
    expect([pass, sentence]).toEqual([false, expect.stringContaining('Not as it should be')]);
  } finally {
    await classroom.close();
  }
});

test('there is a mistake for every check', () => {
  expect(mistakes.map(([chapter]) => chapter)).toEqual(lessons.map((_, index) => index + 1));
});
