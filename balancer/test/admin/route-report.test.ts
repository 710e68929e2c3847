import { expect, test } from '@jest/globals';
import { reportOfRoute } from '../../src/admin/route-report.ts';
import type { RouteAction } from '../../src/brain/route/route.ts';
import { routeOf } from '../brain/route/routes.ts';

const split: RouteAction = {
  ...{ kind: 'split', key: { from: 'cookie', name: 'uid' } },
  shares: [
    { pool: 'shop', share: 19 },
    { pool: 'next', share: 1 },
  ],
};

test('a route is told by its number and what it takes, where it leads, and with which shares', () => {
  expect(reportOfRoute(routeOf({ number: 3, match: { host: '*.example.com' }, action: split }))).toEqual({
    number: 3,
    name: 'route 3 (*.example.com)',
    does: 'splits: shop 95 %, next 5 %, by cookie uid',
    ...{ limits: [], changes: [] },
    pools: [
      { pool: 'shop', share: 0.95 },
      { pool: 'next', share: 0.05 },
    ],
  });
  expect(reportOfRoute(routeOf({ action: { kind: 'pool', pool: 'api' } }))).toMatchObject({
    does: 'leads to pool api',
    pools: [{ pool: 'api', share: 1 }],
  });
});

test.each<[RouteAction, string]>([
  [{ kind: 'redirect', to: 'https://a.example/', status: 308 }, 'redirects to https://a.example/ (308)'],
  [{ kind: 'respond', status: 503, text: 'back soon', retryAfter: 60 }, 'answers 503'],
])('a route that leads nowhere says what the client gets, and no pool: %j', (action, does) => {
  expect(reportOfRoute(routeOf({ action }))).toMatchObject({ does, pools: [] });
});

test('a split without a key goes by chance, and shares that are no whole percentage are not rounded to one', () => {
  const shares = ['a', 'b', 'c'].map((pool) => ({ pool, share: 1 }));
  expect(reportOfRoute(routeOf({ action: { kind: 'split', shares } })).does).toBe('splits: a 33.33 %, b 33.33 %, c 33.33 %, by chance');
});

test('its limits are told one by one', () => {
  const block = (address: string, prefix: number) => ({ address, prefix });
  const route = routeOf({
    allow: [block('10.0.0.0', 8)],
    deny: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6'].map((address) => block(address, 32)),
    rateLimit: { rate: 100, burst: 200, key: { from: 'client' } },
    maxBody: 10 * 1024 ** 2,
  });
  expect(reportOfRoute(route).limits).toEqual([
    'only from 10.0.0.0/8',
    'not from 10.0.0.1/32, 10.0.0.2/32, 10.0.0.3/32, 10.0.0.4/32, and 2 more',
    'at most 100 a second, 200 at once, for each client',
    'bodies up to 10 MiB',
  ]);
});

test.each([
  [2.5, 'at most 2.5 a second, 3 at once'],
  [10 / 60, 'at most 10 a minute, 3 at once'],
  [5 / 3600, 'at most 5 an hour, 3 at once'],
])('a rate of %s is told in the unit in which it was given', (rate, limit) => {
  expect(reportOfRoute(routeOf({ rateLimit: { rate, burst: 3 } })).limits).toEqual([limit]);
});

test.each([
  [1000, 'bodies up to 1000 B'],
  [1536 * 1024, 'bodies up to 1536 KiB'],
  [2 * 1024 ** 4, 'bodies up to 2 TiB'],
])('a longest body of %s bytes is told in the greatest unit that it is a whole number of', (maxBody, limit) => {
  expect(reportOfRoute(routeOf({ maxBody })).limits).toEqual([limit]);
});

test('what it changes is told, and values that may be secret are not', () => {
  const route = routeOf({
    match: { path: '/api', headers: { 'x-key': 's3cret-a' } },
    stripPrefix: true,
    requestFields: { set: { Authorization: 's3cret-b' }, remove: ['Cookie'] },
    answerFields: { set: {}, remove: ['X-Powered-By', 'Server'] },
  });
  const report = reportOfRoute(route);
  expect(report.name).toContain('with x-key');
  expect(report.changes).toEqual([
    'takes /api off the path',
    'takes Cookie off requests',
    'sets Authorization on requests',
    'takes X-Powered-By, Server off answers',
  ]);
  expect(JSON.stringify(report)).not.toContain('s3cret');
});
