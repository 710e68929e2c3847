import { expect, test } from '@jest/globals';
import { smallest } from '../smallest.ts';

const items = Array.from({ length: 100 }, (_, number) => number);

test('what could be left out is left out', async () => {
  const holds = async (part: readonly number[]) => part.includes(17) && part.includes(80);
  expect(await smallest(items, holds, 1000)).toEqual([17, 80]);
});

test('it is given up in time, and never goes on with what does not hold', async () => {
  let tries = 0;
  const never = async () => {
    tries += 1;
    return false;
  };
  expect(await smallest(items, never, 10)).toEqual(items);
  expect(tries).toBe(10);
});
