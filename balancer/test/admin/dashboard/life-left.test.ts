import { expect, test } from '@jest/globals';
import { lifeLeft } from '../../../src/admin/dashboard/certificates/life-left.ts';

const day = 24 * 3_600_000;

test.each([
  [90, '90 days'],
  [14, '14 days'],
  [13.9, '⚠ 13 days: renew it'],
  [1, '⚠ 1 day: renew it'],
  [0.5, '⚠ less than a day: renew it'],
  [0, '⚠ has expired: clients refuse it'],
])('a certificate that ends in %d days lasts %j', (days, words) => {
  expect(lifeLeft(1000 * day + days * day, 1000 * day)).toBe(words);
});
