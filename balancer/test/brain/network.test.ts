import { expect, test } from '@jest/globals';
import { networkOf } from '../../src/brain/network.ts';

test.each([
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['2001:db8::1', '2001:db8:0:0:ffff:ffff:ffff:ffff', true],
  ['2001:db8::1', '2001:0DB8::2', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['::1:2:3:4:5', '0:0:0:1:9:9:9:9', true],
  ['fe80::1%eth0', 'fe80::2%eth1', true],
])('%s and %s are one client: %s', (one, other, isOne) => {
  expect(networkOf(one) === networkOf(other)).toBe(isOne);
});
