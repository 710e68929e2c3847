import { describe, expect, jest, test } from '@jest/globals';
import { decoded, readingsOf } from '../../../src/brain/route/readings.ts';
import { seeded } from '../../../src/brain/seeded.ts';

test.each(['/', '/api', '/api/', '/a/b.c/d-e_f~g', '/.well-known/acme', '/a.../..b', "/a:b@c!$&'()*+,=d", '/a?x=//../%2e;\\#'])(
  'a plain path has one reading, which is the path itself: %s',
  (target) => {
    expect(readingsOf(target)).toEqual([target.split('?')[0]]);
  },
);

describe('the readings of a path begin with the one as it was sent, without its query', () => {
  test.each([
    ['decoded', '/%61dmin', ['/admin']],
    ['decoded once and not twice', '/%252e%252e/a%252fb', ['/%2e%2e/a%2fb']],
    ['decoded but for what is no escape', '/%zz%4/%61%', ['/%zz%4/a%']],
    ['decoded as UTF-8', '/caf%c3%A9', ['/café']],
    ['decoded as UTF-8 where the bytes came as they are', '/caf\xc3\xa9', ['/café']],
    ['decoded but for bytes that are no UTF-8', '/%ff%61%ff', ['/%ffa%ff']],
    ['decoded but for bytes that are no UTF-8, between some that are', '/%C3%a9%2f%ff%80%c3%A9', ['/é/%ff%80é']],
    ['decoded with every length that a character has', '/%7a%c3%a9%e2%82%ac%ed%9f%bf%f0%9f%98%80', ['/zé€\ud7ff😀']],
    ['decoded but for what is too long, too high or half', '/%c0%af%e0%80%af%ed%a0%80%f4%90%80%80%e2%82', []],
    ['with slashes merged, or taken for a host before the path', '//x///admin', ['/x/admin', '///admin', '/admin', '/']],
    ['with dots resolved', '/a/./b/../../admin', ['/admin']],
    ['with dots resolved that lead above the top', '/../../admin', ['/admin']],
    ['with dots resolved at the end', '/a/b/..', ['/a/']],
    ['with dots resolved that come out of decoding', '/%2e%2E/a/.%2e/admin', ['/../a/../admin', '/admin']],
    ['with slashes that come out of decoding', '/a/..%2fadmin', ['/a/../admin', '/admin']],
    ['with encoded dots resolved where nothing else is decoded', '/a/%2e%2e/%61', ['/a/../a', '/a/../%61', '/%61', '/a']],
    ['with backslashes for slashes', '/a\\b', ['/a/b']],
    ['with backslashes for slashes that come out of decoding', '/a%5c..%5cadmin', ['/a\\..\\admin', '/a/../admin', '/admin']],
    ['without parameters', '/a;x=1/b;y', ['/a/b']],
    ['without parameters that hide dots', '/a/..;x/admin', ['/a/../admin', '/admin']],
    ['without parameters that hide a slash', '/;x/admin', ['//admin', '/admin', '/']],
    ['up to a fragment', '/admin#x', ['/admin']],
    ['up to a query or an end that comes out of decoding', '/admin%3fx', ['/admin?x', '/admin']],
    ['up to the end that C sees', '/admin%00.html', ['/admin\0.html', '/admin']],
  ])('%s', (_how, path, others) => {
    const readings = readingsOf(`${path}?q`) ?? [];
    expect(readings[0]).toBe(path);
    expect(readings.slice(1).sort()).toEqual([...others].sort());
  });
});

test.each([
  '/%2e%2e/admin',
  '//admin',
  '/%2fadmin',
  '/admin;x',
  '/a/../admin',
  '/\\admin',
  '\\admin',
  '/%61dmin',
  '/./admin',
  '/x//../admin',
  '/x/..//admin',
  '//x/..//admin//../y',
  '/a%2f..%2f%61dmin',
  '/%5cadmin',
  '/x/..%3b/admin',
  '/x/..;a=b/;/admin',
  '//some.host/admin',
  '/\\some.host/admin',
  '/admin%23',
  '/admin%00',
  '/%2e/%61dmin%2f..%2fx/../admin',
])('%s can be read as a path at /admin', (target) => {
  expect((readingsOf(target) ?? []).some((reading) => reading === '/admin' || reading.startsWith('/admin/'))).toBe(true);
});

test('a path that was encoded twice can not be read as /admin', () => {
  expect(readingsOf('/x/%252e%252e/admin')).not.toContain('/admin');
  expect(readingsOf('/%2561dmin')).not.toContain('/admin');
});

test('no two readings are the same, however the path is spelt, and there are 32 at the most, or none is returned', () => {
  const random = seeded(1);
  const parts = ['/', '\\', '%2f', '%5C', '.', '..', '/../', '%2e', ';x', '%3b', '#', '%00', 'a', '%25', '%252e', '\xff', '%ff', '//'];
  const counts = new Set<number | undefined>();
  for (let round = 0; round < 5000; round += 1) {
    const length = Math.floor(random() * 12);
    const path = `/${Array.from({ length }, () => parts[Math.floor(random() * parts.length)]).join('')}`;
    const readings = readingsOf(path);
    counts.add(readings?.length);
    expect(new Set(readings).size).toBe(readings?.length ?? 0);
    if (readings) expect(readings[0]).toBe(path);
  }
  const most = Math.max(...[...counts].map((count) => count ?? 0));
  expect(counts).toContain(undefined);
  expect(most).toBeGreaterThan(16);
  expect(most).toBeLessThanOrEqual(32);
});

test('a target that is meant to have endless readings has none', () => {
  expect(readingsOf('/%2e%2e//a\\b;c/%2f..;x/'.repeat(400))).toBeUndefined();
});

test.each([
  ['%c3%a9%E2%82%AC%f0%9f%98%80%ed%9f%bf%7f', 'é€😀\ud7ff\x7f'],
  ['%c3%a9%c0%af', 'é%c0%af'],
  ['%e0%80%af%2f', '%e0%80%af/'],
  ['%ed%a0%80', '%ed%a0%80'],
  ['%f4%90%80%80', '%f4%90%80%80'],
  ['%e2%82%61', '%e2%82a'],
])('what is no UTF-8 is told without an exception, of which a path could cause thousands: %s', (path, expected) => {
  const decode = jest.spyOn(globalThis, 'decodeURIComponent');
  expect(decoded(path)).toBe(expected);
  const thrown = decode.mock.results.filter(({ type }) => type === 'throw');
  decode.mockRestore();
  expect(thrown).toEqual([]);
});
