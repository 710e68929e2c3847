import { expect, test } from '@jest/globals';
import { mistakesIn } from '../mistakes.ts';

const note = (message: string) => `${JSON.stringify({ time: 'now', message })}\n`;

test('a mistake is told with its error and where it came from', () => {
  const stack = 'TypeError: no\n    at f (file:///a/b/c.ts:3:4)\n    at node:net:7:8';
  expect(mistakesIn(note(`a mistake inside the balancer (uncaughtException): ${stack}`))).toEqual([
    'a mistake inside the balancer (uncaughtException): TypeError: no < f c.ts:3 < node:net:7',
  ]);
  expect(mistakesIn(note('thread 1 ended with a mistake: Error: x'))).toHaveLength(1);
});

test('nothing else is one: neither another note, nor a request for such words', () => {
  const exchange = `${JSON.stringify({ method: 'GET', target: '/a mistake inside the balancer' })}\n`;
  expect(mistakesIn(`${note('listening on port 1')}${exchange}`)).toEqual([]);
});
