import { expect, test } from '@jest/globals';
import { cookieIn } from '../../src/admit/cookies.ts';
import { keyOf } from '../../src/admit/key.ts';
import type { KeySource } from '../../src/brain/route/key-source.ts';

const request = { client: '10.0.0.1', target: '/a/b?user=7&x=%20y', headers: { 'x-user': 'kim', cookie: 'a=1; sid=s-1; b=2' } };

test.each<[KeySource, string]>([
  [{ from: 'client' }, '10.0.0.1'],
  [{ from: 'path' }, '/a/b'],
  [{ from: 'header', name: 'X-User' }, 'kim'],
  [{ from: 'cookie', name: 'sid' }, 's-1'],
  [{ from: 'query', name: 'user' }, '7'],
  [{ from: 'query', name: 'x' }, ' y'],
  [{ from: 'header', name: 'X-Other' }, '10.0.0.1'],
  [{ from: 'header', name: 'constructor' }, '10.0.0.1'],
  [{ from: 'header', name: '__proto__' }, '10.0.0.1'],
  [{ from: 'cookie', name: 'other' }, '10.0.0.1'],
  [{ from: 'query', name: 'other' }, '10.0.0.1'],
])('%j gives %j', (source, key) => {
  expect(keyOf(source, request)).toBe(key);
});

test.each([
  ['sid=1', '1'],
  ['a=2; sid=1', '1'],
  ['a=2;sid=1;sid=3', '1'],
  ['sid=a=b', 'a=b'],
  ['xsid=1', undefined],
  ['sid', undefined],
  ['', undefined],
  [undefined, undefined],
])('in the Cookie field %j, sid is %j', (field, value) => {
  expect(cookieIn(field, 'sid')).toBe(value);
});
