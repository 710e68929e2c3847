import { describe, expect, test } from '@jest/globals';
import { folderOf } from '../../site/layout.ts';
import { chapters } from '../../src/chapters/all.ts';
import { play } from '../../src/lab/play.ts';
import { questions } from '../../src/quiz/questions.ts';

test('there are twenty, about most of the course', () => {
  expect(questions.length).toBe(20);
  const folders = new Set(chapters.map(folderOf));
  expect(questions.filter(({ chapter }) => !folders.has(chapter))).toEqual([]);
  expect(new Set(questions.map(({ chapter }) => chapter)).size).toBeGreaterThan(12);
});

describe.each(questions.map((question, place) => [`question ${place + 1}`, question] as const))(
  '%s',
  (_, { sides, options, answer, because }) => {
    test('has one answer, whatever the seed, and tells why', () => {
      const scenarios = Object.fromEntries(sides.map(({ name, scenario }) => [name, scenario]));
      const outcomes = [1, 2, 3].map((seed) => play({ scenarios, seed }));
      const answers = new Set(outcomes.map(answer));
      expect(answers.size).toBe(1);
      expect(options.map(({ id }) => id)).toContain([...answers][0]);
      for (const outcome of outcomes) expect(because(outcome)).not.toMatch(/NaN|undefined|Infinity|null|–/);
    });
  },
);
