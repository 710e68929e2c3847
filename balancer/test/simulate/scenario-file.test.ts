import { expect, test } from '@jest/globals';
import { lessons } from '../../src/simulate/lessons.ts';
import { BadScenario, readScenarioFile, type ScenarioFile, writeScenarioFile } from '../../src/simulate/scenario-file.ts';
import { everything } from '../brain/played.ts';

const file: ScenarioFile = { version: 1, seed: 7, sides: [{ name: 'all', scenario: everything }] };

test.each(Object.entries(lessons))('the lesson %s is the same after it was written and read', (_name, { worlds }) => {
  const sides = Object.entries(worlds).map(([name, scenario]) => ({ name, scenario }));
  expect(readScenarioFile(writeScenarioFile({ ...file, sides }))).toEqual({ ...file, sides });
});

test('so is a world with a little of everything', () => {
  expect(readScenarioFile(writeScenarioFile(file))).toEqual(file);
});

/** What is wrong with a file, by what was changed in its text. */
function problemsWith(change: (plain: { [key: string]: unknown }) => void): readonly string[] {
  const plain = JSON.parse(writeScenarioFile(file));
  change(plain);
  try {
    readScenarioFile(JSON.stringify(plain));
  } catch (error) {
    if (error instanceof BadScenario) return error.problems;
    throw error;
  }
  return [];
}

test('every mistake is named, with where it is and what would be right', () => {
  const problems = problemsWith((plain) => {
    const [{ scenario }] = plain['sides'] as [{ scenario: typeof everything }];
    Object.assign(plain, { version: 2, sied: 1 });
    Object.assign(scenario, { seconds: 'long' });
    Object.assign(scenario.settings, { policy: 'dice' });
    Object.assign(scenario.events[0] ?? {}, { kind: 'explode' });
  });
  expect(problems[0]).toBe('sied: there is no such key here; the keys are version, seed, sides');
  expect(problems[1]).toBe('version: 2 is wrong; give 1');
  expect(problems[2]).toBe('sides[0].scenario.seconds: "long" is wrong; give a number from 0.001 to 86400');
  expect(problems[3]).toMatch(/^sides\[0\]\.scenario\.settings\.policy: "dice" is wrong; give "round-robin", /);
  expect(problems[4]).toMatch(/^sides\[0\]\.scenario\.events\[0\]\.kind: "explode" is wrong; give "condition", /);
  expect(problems.length).toBe(5);
});

test('what is missing is named', () => {
  expect(problemsWith((plain) => void delete plain['sides'])).toEqual(['sides: it is missing; give a list of 1 to 10']);
});

test('what is no JSON is said to be none', () => {
  expect(() => readScenarioFile('{')).toThrow(/this is no JSON/);
});
