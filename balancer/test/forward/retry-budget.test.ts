import { expect, test } from '@jest/globals';
import { RetryBudget } from '../../src/forward/retry-budget.ts';

function running(count: number): RetryBudget {
  const budget = new RetryBudget();
  for (let i = 0; i < count; i++) budget.begin();
  return budget;
}

function takeAll(budget: RetryBudget): number {
  let taken = 0;
  while (budget.tryTake()) taken += 1;
  return taken;
}

test.each([
  [1, 3],
  [15, 3],
  [20, 4],
  [100, 20],
])('of %d running exchanges, %d may be on a further attempt', (count, retries) => {
  expect(takeAll(running(count))).toBe(retries);
});

test('a retry’s room is free again when its exchange ends', () => {
  const budget = running(10);
  expect(takeAll(budget)).toBe(3);
  budget.end(false);
  expect(budget.tryTake()).toBe(false);
  budget.end(true);
  expect(takeAll(budget)).toBe(1);
});
