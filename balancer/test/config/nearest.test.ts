import { expect, test } from '@jest/globals';
import { nearestFirst } from '../../src/config/nearest.ts';

const words = ['round-robin', 'random', 'least-requests', 'two-choices', 'first'];

test.each([
  ['roundrobin', 'round-robin'],
  ['round', 'round-robin'],
  ['rnadom', 'random'],
  ['least-request', 'least-requests'],
  ['twochoices', 'two-choices'],
  ['frist', 'first'],
])('who writes %s probably means %s', (text, meant) => {
  expect(nearestFirst(text, words)[0]).toBe(meant);
});

test('every word is there, and equally far ones keep their order', () => {
  expect(nearestFirst('xxxxxxxxxxxxxxxx', ['ab', 'cd', 'ef'])).toEqual(['ab', 'cd', 'ef']);
  expect(nearestFirst('', words)).toHaveLength(words.length);
});
