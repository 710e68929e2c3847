import { expect, test } from '@jest/globals';
import { cutAfter, deadlineOf } from '../../../src/brain/dispatch/deadline.ts';

test.each([
  ['its arrival', { startedAt: 1000 }, 61_000],
  ['the last byte of a kept body', { startedAt: 1000, keptAt: 5000 }, 65_000],
  ['never, where its body is streamed', { startedAt: 1000, isStreamed: true }, Number.POSITIVE_INFINITY],
])('the time that a request may take begins with %s', (_what, exchange, deadline) => {
  expect(deadlineOf(exchange, 60_000)).toBe(deadline);
});

test.each([
  ['with as much left as an origin may take, not at all', 32_000, undefined],
  ['with less left, when that is over', 31_999, 31_999],
  ['with part of a millisecond left, after a whole one', 0.2, 1],
  ['with nothing left, at once', -3, 0],
  ['without an end, not at all', Number.POSITIVE_INFINITY, undefined],
])('an attempt is cut: %s', (_what, left, after) => {
  expect(cutAfter(1000 + left, 1000, { connect: 2000, response: 30_000 })).toBe(after);
});
