import { expect, test } from '@jest/globals';
import { duration, inWords } from '../../../src/brain/pool/standing.ts';

test.each([
  [40, '40 ms'],
  [1500, '1.5 s'],
  [2000, '2 s'],
  [12_345, '12 s'],
  [119_000, '119 s'],
  [300_000, '5 min'],
  [10_800_000, '3 h'],
])('says %d ms as %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('says how an origin stands, since when, and why', () => {
  expect(inWords({ state: 'down', reason: '3 of 3 probes failed, ECONNREFUSED', since: 1000 }, 13_000)).toBe(
    'down 12 s: 3 of 3 probes failed, ECONNREFUSED',
  );
});
