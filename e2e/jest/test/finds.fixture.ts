import { expect, test } from '@jest/globals';
import { tree } from './tree.ts';

test('finds its own copy of each of our modules, and the environment as it was', () => {
  expect(tree).toEqual({ marks: 0 });
  tree.marks += 1;
  expect(process.env['FORGOTTEN']).toBeUndefined();
  process.env['FORGOTTEN'] = 'yes';
});
