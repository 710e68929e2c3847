import { expect, test } from '@jest/globals';
import { seeded } from '../../../balancer/src/brain/seeded.ts';
import { mutatedRequest } from '../bytes.ts';

const thousand = (seed: number) => {
  const random = seeded(seed);
  return Array.from({ length: 1000 }, () => mutatedRequest(random).toString('latin1'));
};

test('the same seed gives the same bytes, another seed others', () => {
  expect(thousand(1)).toEqual(thousand(1));
  expect(thousand(1)).not.toEqual(thousand(2));
});

test('some are requests as they should be, some nearly, some noise', () => {
  const requests = thousand(3);
  const whole = requests.filter((text) => /^(GET|POST|OPTIONS) \S+ HTTP\/1\.1\r\nHost: a\r\n/.test(text)).length;
  expect(whole).toBeGreaterThan(100);
  expect(whole).toBeLessThan(900);
  expect(new Set(requests).size).toBeGreaterThan(800);
});
