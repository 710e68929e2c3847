/** @jest-environment node */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { RunningOrigin } from './running.ts';

let origin: RunningOrigin;

beforeEach(async () => {
  origin = await RunningOrigin.start();
});
afterEach(async () => {
  jest.useRealTimers();
  await origin.close();
});

const event = (number: number) => `id: ${number}\ndata: {"port":${origin.port},"number":${number},"time":"1970-01-01T00:00:00.000Z"}\n\n`;

test('sends so many events, and ends', async () => {
  const response = await origin.fetch('/_origin/sse?every=10ms&count=3');
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(await response.text()).toBe(event(1) + event(2) + event(3));
});

test('sends one at once and then one a second, until the client leaves', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  const leaving = new AbortController();
  const response = await origin.fetch('/_origin/sse', leaving);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe(event(1));
  jest.advanceTimersByTime(999);
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(1);
  expect((await reader?.read())?.value).toBe(event(2));
  leaving.abort();
  while (jest.getTimerCount() > 0) await new Promise(setImmediate);
});

test.each(['100', '100ms', '0.1s'])('every %s is ten times a second', async (every) => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  const response = await origin.fetch(`/_origin/sse?every=${every}&count=2`);
  jest.advanceTimersByTime(100);
  expect(await response.text()).toBe(event(1) + event(2));
});

test('answers HEAD with the type alone', async () => {
  const response = await origin.fetch('/_origin/sse', { method: 'HEAD' });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
});

test('says everything that is wrong with a query', async () => {
  const response = await origin.fetch('/_origin/sse?every=1h&count=0&id=7');
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { problems: [expect.stringMatching(/^id: /), expect.stringMatching(/^every: "1h" /), expect.stringMatching(/^count: "0" /)] },
  ]);
});

test.each(['every=9', 'every=61s', 'every=', 'every=-1s', 'count=1000001', 'count=1.5', 'count='])('refuses %s', async (query) => {
  expect((await origin.fetch(`/_origin/sse?${query}`)).status).toBe(400);
});
