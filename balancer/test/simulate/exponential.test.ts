import { expect, test } from '@jest/globals';
import { exponential } from '../../src/simulate/exponential.ts';

test('is what the logarithm says, to the last digits but two', () => {
  for (let i = 0; i < 5000; i += 1) {
    const at = i / 5000;
    expect(exponential(at)).toBeCloseTo(-Math.log(1 - at), 13);
  }
  expect(exponential(1 - 2 ** -32)).toBeCloseTo(32 * Math.LN2, 12);
});
