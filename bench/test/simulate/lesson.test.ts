import { expect, test } from '@jest/globals';
import { lessons } from '../../../balancer/src/simulate/lessons.ts';
import { type LessonOutcome, lessonInWords, outcomeIn } from '../../simulate/lesson.ts';

/** What the two worlds of a lesson came to. */
function played(name: string): readonly [LessonOutcome, LessonOutcome] {
  const [one, other] = Object.values(lessons[name]?.worlds ?? {}).map((world) => outcomeIn(world, 1));
  if (!one || !other) throw new Error(`there is no lesson ${name} of two worlds`);
  return [one, other];
}

test('without ejection, one that fails fast gets more than its share, and its failures are clients’', () => {
  const [without, ejecting] = played('fails-fast');
  expect(without.lastShare).toBeGreaterThan(0.35);
  expect(without.failed).toBeGreaterThan(0.3);
  expect(ejecting.failed).toBeLessThan(0.01);
});

test('with retries, clients see nothing of origins that crash', () => {
  const [without, retrying] = played('retries');
  expect(without.failed).toBeGreaterThan(0);
  expect(retrying.failed).toBe(0);
  expect(retrying.attempts).toBeLessThan(1.2);
});

test('with a slow start, one that comes back with cold caches gets less, and its queue does not grow', () => {
  const [whole, slow] = played('slow-start');
  expect(slow.lastShare).toBeLessThan(whole.lastShare);
  expect(slow.p99).toBeLessThan(whole.p99 / 2);
});

test('a lesson is told as its question, and a row for each world', () => {
  const [question, empty, heads, ...rows] = lessonInWords({ question: 'Why?', worlds: { calm: shortest(), as: shortest() } }, 1);
  expect([question, empty]).toEqual(['Why?', '']);
  expect(heads).toMatch(/p50 ms +p99 ms +failed +attempts +to origin-4$/);
  expect(rows.map((row) => row.split(' ', 1)[0])).toEqual(['calm', 'as']);
  for (const row of rows) expect(row).toMatch(/ +[\d.]+ +[\d.]+ +0\.00% +1\.000 +\d+\.\d%$/);
});

/** A second of a world in which nothing happens. */
function shortest() {
  const world = Object.values(lessons['retries']?.worlds ?? {})[0];
  if (!world) throw new Error('there is no such lesson');
  return { ...world, seconds: 1, events: [] };
}
