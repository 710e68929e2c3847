import { describe, expect, test } from '@jest/globals';
import { config, problems } from './reading.ts';

const allowed = (text: string) => config([`--admin-allow=${text}`]).adminAllow;

test('anybody may ask where nothing else is said', () => {
  expect(config([]).adminAllow).toBe('all');
  expect(allowed(' all ')).toBe('all');
});

test('blocks and the gateway may be named, in any order', () => {
  expect(allowed('gateway')).toEqual({ gateway: true, blocks: [] });
  expect(allowed('10.0.0.0/8, gateway,::1')).toEqual({
    gateway: true,
    blocks: [
      { address: '10.0.0.0', prefix: 8 },
      { address: '::1', prefix: 128 },
    ],
  });
});

describe('what is neither is refused:', () => {
  test.each([
    ['gatewy', 'gatewy'],
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['10.0.0.1,all', 'all'],
    ['none', 'none'],
    ['10.0.0.1,', ''],
    ['Gateway', 'Gateway'],
  ])('%j', (text, wrong) => {
    expect(problems([`--admin-allow=${text}`])).toEqual([
      `--admin-allow: "${wrong}" is not an address block; give one such as 10.0.0.0/8 or ::1, or gateway, or all alone`,
    ]);
  });
});

test('an admin side that others reach needs no token where it is said who may ask', () => {
  expect(config(['--admin-host=*', '--admin-allow=gateway']).adminToken).toBe('none');
  expect(problems(['--admin-host=*', '--admin-allow=all'])).toHaveLength(1);
});
