import { expect, test } from '@jest/globals';
import { together } from '../../src/brain/together.ts';

test('work on many things is done at once, in their order, and what comes of it is put off anew', () => {
  const turns: (() => void)[] = [];
  const done: string[] = [];
  const put = together<string>(
    (work) => void turns.push(work),
    (thing) => {
      done.push(thing);
      if (thing === 'a') put('c');
    },
  );
  put('a');
  put('b');
  expect([turns.length, done]).toEqual([1, []]);
  turns[0]?.();
  expect([turns.length, done]).toEqual([2, ['a', 'b']]);
  turns[1]?.();
  expect(done).toEqual(['a', 'b', 'c']);
});
