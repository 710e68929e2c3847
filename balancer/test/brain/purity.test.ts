import { expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { storyOf } from '../../src/brain/story/story.ts';
import { everything, played } from './played.ts';

test('the brain decides the same in a realm that has nothing but the language: no process, no timers, no clock, no chance', async () => {
  const realm = new Program('balancer/test/brain/realm.ts', [JSON.stringify(everything)], {
    NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
  });
  const status = await realm.status();
  if (status !== 0) throw new Error(realm.output);
  const here = played(everything, 7, storyOf);
  expect(JSON.parse(realm.output.trim().split('\n').at(-1) ?? '')).toEqual(here);
  expect(here.length).toBeGreaterThan(500);
  expect(new Set(here.map(([, status]) => status)).size).toBeGreaterThan(2);
});
