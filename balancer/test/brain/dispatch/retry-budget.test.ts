import { expect, test } from '@jest/globals';
import { type BudgetShare, RetryBudget } from '../../../src/brain/dispatch/retry-budget.ts';

/** A budget of so many exchanges that run, and their shares in it. */
function running(count: number): { readonly budget: RetryBudget; readonly shares: readonly BudgetShare[] } {
  const budget = new RetryBudget();
  return { budget, shares: Array.from({ length: count }, () => budget.begin()) };
}

/** Tries each again; says how many may be. */
function retryAll(shares: readonly BudgetShare[]): number {
  return shares.filter((share) => share.mayRetry()).length;
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
  expect(takeAll(running(count).budget)).toBe(retries);
});

test('an exchange that is tried again and again takes the room of one', () => {
  const { budget, shares } = running(10);
  for (let attempt = 0; attempt < 5; attempt += 1) expect(retryAll(shares.slice(0, 1))).toBe(1);
  expect(takeAll(budget)).toBe(2);
});

test('a retry’s room is free again when its exchange ends', () => {
  const { shares } = running(10);
  expect(retryAll(shares.slice(0, 4))).toBe(3);
  shares[9]?.end();
  expect(shares[3]?.mayRetry()).toBe(false);
  shares[0]?.end();
  expect(shares[3]?.mayRetry()).toBe(true);
});

test('a retry’s room is free again when its answer has begun, however long that goes on', () => {
  const { shares } = running(10);
  retryAll(shares.slice(0, 3));
  for (const share of shares.slice(0, 3)) share.answered();
  expect(retryAll(shares.slice(3))).toBe(3);
});

test('a tunnel is none of the running exchanges, and its end takes nothing away twice', () => {
  const { budget, shares } = running(16);
  const [tunnel] = shares;
  tunnel?.answered();
  tunnel?.end();
  tunnel?.end();
  expect(takeAll(budget)).toBe(3);
});
