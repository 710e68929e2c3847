import { describe, expect, test } from '@jest/globals';
import { Asked, type RouteRequest } from '../../../src/brain/route/asked.ts';
import { isGuard, Matcher } from '../../../src/brain/route/matches.ts';
import type { Route, RouteMatch } from '../../../src/brain/route/route.ts';
import { requestFor, routeOf } from './routes.ts';

/** Whether a route takes a request. */
function takes(route: Partial<Route>, request: Partial<RouteRequest> & { target?: string }) {
  return new Matcher(routeOf(route)).match(new Asked({ ...requestFor('/'), ...request }));
}

/** Whether a route that leads to a pool takes a request. */
const matches = (match: RouteMatch, request: Partial<RouteRequest>) => takes({ match }, request);

test('a route that asks for nothing takes everything, even a path that can be read in countless ways', () => {
  expect(matches({}, { target: '/a;b/..%2f..;/%5c\\..//x;/..%2f%2e%2e/'.repeat(20), host: '' })).toBe(true);
});

describe('a host', () => {
  test.each(['example.com', 'EXAMPLE.com', 'example.com:8080', 'example.com.', 'example.com.:80', 'example.com:', '%65xample.com'])(
    'is taken however it is written: %s',
    (host) => {
      expect(matches({ host: 'example.com' }, { host })).toBe(true);
    },
  );

  test.each(['', 'example.org', 'a.example.com', 'xexample.com', 'example.com.org', 'example.com..', 'example', '%zz'])(
    'that is another is not taken: %s',
    (host) => {
      expect(matches({ host: 'example.com' }, { host })).toBe(false);
    },
  );

  test.each(['a.example.com', 'a.b.example.com', 'A.Example.Com:443', 'a.example.com.'])('below a name is taken by a star: %s', (host) => {
    expect(matches({ host: '*.example.com' }, { host })).toBe(true);
  });

  test.each(['example.com', '.example.com', 'aexample.com', 'a.example.org', ''])('that is not below a name is not: %s', (host) => {
    expect(matches({ host: '*.example.com' }, { host })).toBe(false);
  });

  test('may be an address, with its port or without', () => {
    expect(matches({ host: '[::1]' }, { host: '[::1]:8080' })).toBe(true);
    expect(matches({ host: '[::1]' }, { host: '[::1]' })).toBe(true);
    expect(matches({ host: '127.0.0.1' }, { host: '127.0.0.1:8080' })).toBe(true);
  });
});

describe('a path', () => {
  test.each(['/api', '/api/', '/api/users', '/api?x=/y', '/api/?x'])('is a prefix: %s', (target) => {
    expect(matches({ path: '/api' }, { target })).toBe(true);
    expect(matches({ path: '/api/' }, { target })).toBe(true);
  });

  test.each(['/apix', '/ap', '/', '/x/api', '/API', '/api.html', '/x?/api'])('ends at a segment, and case counts: %s', (target) => {
    expect(matches({ path: '/api' }, { target })).toBe(false);
    expect(matches({ path: '/api/' }, { target })).toBe(false);
  });

  test('that is / is everything', () => {
    for (const target of ['/', '/x', '//x', '/?x', '/%2e%2e/x']) expect(matches({ path: '/' }, { target })).toBe(true);
  });

  test.each(['/café', '/caf%C3%A9', '/caf%c3%a9'])('is the same, however its letters are encoded: %s', (path) => {
    for (const target of ['/caf%C3%A9', '/caf%c3%a9/x', '/caf\xc3\xa9']) {
      expect(takes({ match: { path }, deny: [] }, { target })).toBe(true);
    }
    expect(matches({ path }, { target: '/caf%C3%A9/x' })).toBe(true);
    expect(matches({ path }, { target: '/caf%c3%a9/x' })).toBe(true);
    expect(takes({ match: { path }, deny: [] }, { target: '/caf%C3%a9%2f%ff' })).toBe(true);
    expect(matches({ path }, { target: '/cafe' })).toBe(false);
  });
});

const hostile = [
  '/%2e%2e/admin',
  '//admin',
  '/%2fadmin',
  '/admin;x',
  '/a/../admin',
  '/\\admin',
  '/%61dmin',
  '/public/..;/admin',
  '/public/%2e%2e%2fadmin',
  '/admin%2f..%2fpublic',
];

describe.each(hostile)('%s', (target) => {
  test.each<[string, Partial<Route>]>([
    ['answers itself', { action: { kind: 'respond', status: 403, text: 'no' } }],
    ['redirects', { action: { kind: 'redirect', to: '/login', status: 302 } }],
    ['lets only some in', { allow: [{ address: '10.0.0.0', prefix: 8 }] }],
    ['keeps some out', { deny: [{ address: '10.0.0.0', prefix: 8 }] }],
    ['has a rate limit', { rateLimit: { rate: 1, burst: 1 } }],
    ['bounds bodies', { maxBody: 0 }],
  ])('gets nobody past a route for /admin that %s', (_what, route) => {
    expect(isGuard(routeOf(route))).toBe(true);
    expect(takes({ ...route, match: { path: '/admin' } }, { target })).toBe(true);
  });

  test('is not taken for harmless by a route that only leads somewhere, so that no guard behind it is missed', () => {
    expect(isGuard(routeOf())).toBe(false);
    for (const path of ['/admin', '/public', '/a']) expect(matches({ path }, { target })).toBe(false);
  });
});

test('a path that was encoded twice is not what a guard is for', () => {
  expect(takes({ match: { path: '/admin' }, maxBody: 1 }, { target: '/%252e%252e/admin' })).toBe(false);
  expect(takes({ match: { path: '/admin' }, maxBody: 1 }, { target: '/%2561dmin' })).toBe(false);
});

test('a path that can be read in countless ways is unclear to whoever looks at it', () => {
  const target = '/a;b/..%2f..;/%5c\\..//x;/..%2f%2e%2e/'.repeat(20);
  expect(matches({ path: '/admin' }, { target })).toBe('unclear');
  expect(takes({ match: { path: '/admin' }, maxBody: 1 }, { target })).toBe('unclear');
  expect(matches({ path: '/admin', methods: ['POST'] }, { target })).toBe(false);
});

test('a method is one of those that are listed', () => {
  expect(matches({ methods: ['GET', 'HEAD'] }, { method: 'HEAD' })).toBe(true);
  expect(matches({ methods: ['GET', 'HEAD'] }, { method: 'POST' })).toBe(false);
});

test('fields have exactly the values that are asked for, each of them', () => {
  const headers = { 'x-canary': '1', 'x-team': 'red' };
  expect(matches({ headers }, { headers: { ...headers, accept: '*/*' } })).toBe(true);
  expect(matches({ headers }, { headers: { ...headers, 'x-team': 'Red' } })).toBe(false);
  expect(matches({ headers }, { headers: { 'x-canary': '1' } })).toBe(false);
  expect(matches({ headers: { 'x-canary': '' } }, { headers: {} })).toBe(false);
});

test('a field is none that every object has', () => {
  expect(matches({ headers: { constructor: String(Object) } }, { headers: {} })).toBe(false);
  expect(matches({ headers: { ['__proto__']: '[object Object]' } }, { headers: {} })).toBe(false);
});

test('all that a route asks for must be so', () => {
  const match: RouteMatch = { host: 'example.com', path: '/api', methods: ['GET'], headers: { 'x-a': '1' } };
  const request = { host: 'example.com', target: '/api', method: 'GET', headers: { 'x-a': '1' } };
  expect(matches(match, request)).toBe(true);
  for (const other of [{ host: 'example.org' }, { target: '/' }, { method: 'PUT' }, { headers: {} }]) {
    expect(matches(match, { ...request, ...other })).toBe(false);
  }
});
