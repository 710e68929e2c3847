import { expect, test } from '@jest/globals';
import { drawDelay, drawFate } from '../src/fate.ts';
import { type Fault, readFault } from '../src/fault.ts';

function fault(body: object): Fault {
  const reading = readFault(body);
  if ('problems' in reading) throw new Error(reading.problems.join());
  return reading.fault;
}

test('gives every fate its share of the draws', () => {
  const broken = fault({ resetRate: 0.1, hangRate: 0.2, errorRate: 0.3 });
  const draws = [0, 0.09, 0.11, 0.29, 0.31, 0.59, 0.61, 0.999];
  expect(draws.map((lot) => drawFate(broken, () => lot))).toEqual([
    ...['reset', 'reset', 'hang', 'hang'],
    ...['fail', 'fail', 'answer', 'answer'],
  ]);
});

test('draws nothing that has no share, and nothing else where one has all', () => {
  expect(drawFate(fault({}), () => 0)).toBe('answer');
  expect(drawFate(fault({ errorRate: 1 }), () => 1 - Number.EPSILON / 2)).toBe('fail');
});

test.each([
  [{ latencyMs: 100 }, 0.9, 100],
  [{ latencyMs: 100, jitterMs: 50 }, 0, 50],
  [{ latencyMs: 100, jitterMs: 50 }, 0.5, 100],
  [{ latencyMs: 100, jitterMs: 50 }, 0.75, 125],
  [{ latencyMs: 100, jitterMs: 200 }, 0, 0],
])('with %j, a draw of %d is a wait of %d ms', (body, lot, ms) => {
  expect(drawDelay(fault(body), () => lot)).toBe(ms);
});
