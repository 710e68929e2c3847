import { expect, test } from '@jest/globals';
import { readOptions } from '../options.ts';
import { scenarios } from '../scenarios.ts';

const read = (...args: string[]) => readOptions(args, scenarios);

test('all scenarios are run once, in full, unless something else is asked for', () => {
  expect(read()).toEqual({ chosen: scenarios, short: false, times: 1, write: false, flags: [] });
  const { chosen, short, times, flags } = read('--only', 'hang, kill-one', '--short', '--times=3', '--', '--threads=2');
  expect(chosen.map(({ name }) => name)).toEqual(['kill-one', 'hang']);
  expect([short, times, flags]).toEqual([true, 3, ['--threads=2']]);
});

test('what can’t be is refused by name', () => {
  expect(() => read('--only=hanged')).toThrow('--only: hanged is not among kill-one, ');
  expect(() => read('--times=0')).toThrow('--times: 0 is not a whole number from 1 up');
  expect(() => read('--write', '--short')).toThrow('--write: only a whole run');
});
