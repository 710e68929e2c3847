import { describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../src/admit/key.ts';
import { trustIn } from '../../../src/admit/trust.ts';
import type { RouteRequest } from '../../../src/brain/route/asked.ts';
import { layOutRateTable, RateTable, rateTableBytes } from '../../../src/brain/route/rate-table.ts';
import type { RateLimit, Route, RouteAction } from '../../../src/brain/route/route.ts';
import type { Routed } from '../../../src/brain/route/routed.ts';
import { Routes } from '../../../src/brain/route/routes.ts';
import { seeded } from '../../../src/brain/seeded.ts';
import { requestFor, routeOf } from './routes.ts';

/** The time of all tests, which they may set. */
const clock = { now: 1000 };

/** Routes by what is told of each, numbered from 1. */
function routesOf(...told: Partial<Route>[]): Routes {
  const routes = told.map((each, index) => routeOf({ number: index + 1, ...each }));
  return new Routes(routes, {
    keyOf,
    random: seeded(1),
    now: () => clock.now,
    isIn: trustIn,
    bucketsOf: ({ rateLimit }) => {
      const limit = rateLimit as RateLimit;
      return new RateTable(layOutRateTable(new ArrayBuffer(rateTableBytes(limit)), limit, seeded(2), 0), 0);
    },
  });
}

const to = (pool: string): RouteAction => ({ kind: 'pool', pool });
const answer: RouteAction = { kind: 'respond', status: 503, text: 'back soon', retryAfter: 60 };
const redirect = (url: string): RouteAction => ({ kind: 'redirect', to: url, status: 308 });

/** What some routes decide, but for the route itself. */
function decided(routes: Routes, target: string, told: Partial<RouteRequest> = {}): Partial<Routed> & { number?: number } {
  const { route, ...rest } = { route: undefined, ...routes.decide(requestFor(target, told)) };
  return { ...rest, ...(route ? { number: route.number } : {}) };
}

const poolOf = (routes: Routes, target: string, told?: Partial<RouteRequest>) => {
  const routed = routes.decide(requestFor(target, told));
  return routed.kind === 'pool' ? routed.pool : routed.kind;
};

/** What a request's origin is asked for. */
const targetOf = (routes: Routes, target: string) => {
  const routed = routes.decide(requestFor(target));
  return routed.kind === 'pool' ? (routed.target ?? target) : routed.kind;
};

describe('the first route that takes a request', () => {
  const routes = routesOf(
    { match: { host: 'api.example.com' }, action: to('api') },
    { match: { host: 'shop.example.com', path: '/old/' }, action: redirect('https://shop.example.com/new/') },
    { match: { host: '*.example.com', methods: ['POST'] }, action: to('posts') },
    { match: { path: '/maintenance', headers: { 'x-a': 's3cret' } }, action: answer },
    { action: to('shop') },
  );

  test.each<[string, string, Partial<RouteRequest>, object]>([
    ['its host', '/x', { host: 'API.example.com:443' }, { number: 1, kind: 'pool', pool: 'api' }],
    ['its path', '/old/a?b', {}, { number: 2, kind: 'redirect', status: 308, location: 'https://shop.example.com/new/a?b' }],
    ['its method', '/', { host: 'x.example.com', method: 'POST' }, { number: 3, kind: 'pool', pool: 'posts' }],
    [
      'a field',
      '/maintenance',
      { headers: { 'x-a': 's3cret' } },
      { number: 4, kind: 'respond', status: 503, text: 'back soon', retryAfter: 60 },
    ],
    ['nothing', '/maintenance', {}, { number: 5, kind: 'pool', pool: 'shop' }],
  ])('decides, by %s', (_what, target, told, result) => {
    expect(decided(routes, target, told)).toMatchObject(result);
  });

  test('is the one that stands first, and not the one that is closest', () => {
    expect(poolOf(routesOf({ match: { path: '/' }, action: to('a') }, { match: { path: '/x' }, action: to('b') }), '/x')).toBe('a');
  });

  test('says in a sentence what it did and why, without the values of fields', () => {
    const why = (target: string, told: Partial<RouteRequest> = {}) => decided(routes, target, told).why;
    expect(why('/', { host: 'api.example.com' })).toBe('route 1 (api.example.com) leads to pool api');
    expect(why('/old')).toBe('route 2 (shop.example.com/old/) sends its client on');
    expect(why('/', { method: 'POST' })).toBe('route 3 (POST *.example.com) leads to pool posts');
    expect(why('/maintenance', { headers: { 'x-a': 's3cret' } })).toBe('route 4 (/maintenance with x-a) answers it');
    expect(why('/')).toBe('route 5 (everything) leads to pool shop');
  });
});

test('where no route takes a request, it goes nowhere', () => {
  expect(decided(routesOf({ match: { host: 'a.example' } }), '/')).toEqual({ kind: 'nowhere', why: 'no route takes it' });
  expect(decided(routesOf(), '/')).toMatchObject({ kind: 'nowhere' });
});

describe('a path that can be read in countless ways', () => {
  const target = '/a;b/..%2f..;/%5c\\..//x;/..%2f%2e%2e/'.repeat(20);

  test('is refused by the first route that would have to know, and that otherwise takes the request', () => {
    const routes = routesOf({ match: { host: 'a.example', path: '/a' } }, { match: { path: '/admin' }, action: answer }, {});
    expect(decided(routes, target)).toEqual({
      kind: 'unclear',
      number: 2,
      why: 'route 2 (/admin) can not tell which path it asks for: there are too many ways to read it',
    });
  });

  test('is nothing to routes that do not look at paths', () => {
    expect(poolOf(routesOf({}), target)).toBe('shop');
    expect(poolOf(routesOf({ match: { host: 'a.example' } }, {}), target)).toBe('shop');
  });
});

test.each([
  '/%2e%2e/admin',
  '//admin',
  '/%2fadmin',
  '/admin;x',
  '/a/../admin',
  '/\\admin',
  '/%61dmin',
  '/api/..;/admin',
  '/api/..%2fadmin',
])('no spelling leads past a guard, whether it stands before or behind what it could be taken for: %s', (target) => {
  const [api, guard] = [{ match: { path: '/api' } }, { match: { path: '/admin' }, action: answer }];
  expect([poolOf(routesOf(api, guard, {}), target), poolOf(routesOf(guard, api, {}), target)]).toEqual(['respond', 'respond']);
});

describe('a split', () => {
  const shares = [
    { pool: 'shop', share: 95 },
    { pool: 'next', share: 5 },
  ];

  test('by key sends a key to the same pool, and says so', () => {
    const routes = routesOf({ match: { host: '*.example.com' }, action: { kind: 'split', shares, key: { from: 'cookie', name: 'uid' } } });
    const pools = new Map<string, number>();
    for (let user = 0; user < 20_000; user += 1) {
      const headers = { cookie: `uid=${user}` };
      const pool = poolOf(routes, '/', { headers });
      if (user < 100) expect(poolOf(routes, '/x', { headers })).toBe(pool);
      pools.set(pool, (pools.get(pool) ?? 0) + 1);
    }
    expect(Math.abs((pools.get('next') ?? 0) / 20_000 - 0.05)).toBeLessThan(0.01);
    const { pool, why } = routes.decide(requestFor('/', { headers: { cookie: 'uid=7' } })) as { pool: string; why: string };
    expect(why).toBe(`route 1 (*.example.com) split it: ${pool}, ${pool === 'shop' ? 95 : 5} of 100, by cookie uid`);
  });

  test('without a key lets chance decide, and says so', () => {
    const routes = routesOf({ action: { kind: 'split', shares } });
    const pools = Array.from({ length: 20_000 }, () => poolOf(routes, '/'));
    expect(Math.abs(pools.filter((pool) => pool === 'next').length / pools.length - 0.05)).toBeLessThan(0.01);
    expect(decided(routes, '/').why).toMatch(/^route 1 \(everything\) split it: (shop, 95|next, 5) of 100, by chance$/);
  });
});

describe('who is let in', () => {
  const inside = { address: '10.0.0.0', prefix: 8 };

  test('is whoever is allowed, if some are', () => {
    const routes = routesOf({ match: { path: '/admin' }, allow: [inside] }, {});
    expect(poolOf(routes, '/admin', { client: '10.1.2.3' })).toBe('shop');
    expect(decided(routes, '/%61dmin', { client: '192.0.2.1' })).toEqual({
      kind: 'denied',
      number: 1,
      why: 'route 1 (/admin) does not let 192.0.2.1 in',
    });
    expect(poolOf(routes, '/admin', { client: '' })).toBe('denied');
    expect(poolOf(routes, '/x', { client: '192.0.2.1' })).toBe('shop');
  });

  test('is nobody who is denied, even if he is allowed', () => {
    const routes = routesOf({ allow: [inside], deny: [{ address: '10.6.6.0', prefix: 24 }] });
    const kinds = ['10.1.2.3', '10.6.6.6', '192.0.2.1'].map((client) => poolOf(routes, '/', { client }));
    expect(kinds).toEqual(['shop', 'denied', 'denied']);
    expect(poolOf(routesOf({ deny: [inside] }), '/', { client: '192.0.2.1' })).toBe('shop');
  });

  test('is nobody where nobody is allowed', () => {
    expect(poolOf(routesOf({ allow: [] }), '/')).toBe('denied');
  });
});

describe('a rate limit', () => {
  test('lets in what it may, says when to come again, and takes nothing from who is denied', () => {
    clock.now = 5000;
    const routes = routesOf({ rateLimit: { rate: 0.5, burst: 2 }, deny: [{ address: '192.0.2.66', prefix: 32 }], action: answer });
    for (let i = 0; i < 5; i += 1) expect(poolOf(routes, '/', { client: '192.0.2.66' })).toBe('denied');
    expect([poolOf(routes, '/'), poolOf(routes, '/'), poolOf(routes, '/')]).toEqual(['respond', 'respond', 'limited']);
    expect(decided(routes, '/')).toEqual({
      kind: 'limited',
      number: 1,
      retryAfter: 2,
      why: 'route 1 (everything) lets in 0.5 requests a second, 2 at once, and this was one more',
    });
    clock.now += 2000;
    expect([poolOf(routes, '/'), poolOf(routes, '/')]).toEqual(['respond', 'limited']);
  });

  test('by key counts each key, and says by what', () => {
    const routes = routesOf({ rateLimit: { rate: 1, burst: 1, key: { from: 'client' } } });
    const kinds = (...clients: string[]) => clients.map((client) => poolOf(routes, '/', { client }));
    expect(kinds('192.0.2.1', '192.0.2.2', '192.0.2.1')).toEqual(['shop', 'shop', 'limited']);
    expect(decided(routes, '/', { client: '192.0.2.2' }).why).toBe(
      'route 1 (everything) lets in 1 requests a second, 1 at once, by client, and this was one more',
    );
  });

  test('by client takes all of one IPv6 network for one', () => {
    const routes = routesOf({ rateLimit: { rate: 1, burst: 1, key: { from: 'client' } } });
    const kinds = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'].map((client) => poolOf(routes, '/', { client }));
    expect(kinds).toEqual(['shop', 'limited', 'shop']);
  });

  test('counts only requests of its own route', () => {
    const routes = routesOf({ match: { path: '/api' }, rateLimit: { rate: 1, burst: 1 } }, {});
    expect(['/', '/', '/api', '/', '/api'].map((target) => poolOf(routes, target))).toEqual(['shop', 'shop', 'shop', 'shop', 'limited']);
  });
});

describe('a route that takes its path off', () => {
  const routes = routesOf({ match: { path: '/api/' }, stripPrefix: true });

  test.each([
    ['/api/x?q', '/x?q'],
    ['/api', '/'],
    ['/api/', '/'],
    ['/api?q=/api', '/?q=/api'],
    ['/api/api', '/api'],
    ['/api/x;y=1?/', '/x;y=1?/'],
  ])('leads %s to %s', (target, stripped) => {
    expect(targetOf(routes, target)).toBe(stripped);
  });

  test('never leaves two slashes at the front, which would be a host', () => {
    const guarding = routesOf({ match: { path: '/api' }, stripPrefix: true, maxBody: 1 });
    expect(targetOf(guarding, '/api//evil.example')).toBe('/evil.example');
    expect(targetOf(guarding, '/api/\\evil.example')).toBe('/evil.example');
  });

  test('refuses what does not begin with it letter by letter', () => {
    const guarding = routesOf({ match: { path: '/api' }, stripPrefix: true, maxBody: 1 });
    expect(decided(guarding, '/%61pi/x')).toEqual({
      kind: 'unclear',
      number: 1,
      why: 'route 1 (/api) can not take its path off, since the request spells it otherwise',
    });
    for (const target of ['//api/x', '/x/../api/y', '/api;v=1/x', '/api#x']) expect(decided(guarding, target).kind).toBe('unclear');
  });

  test('takes it off before a split as well, and leaves the target alone where there is none', () => {
    const shares = [{ pool: 'shop', share: 1 }];
    const split = routesOf({ match: { path: '/api' }, stripPrefix: true, action: { kind: 'split', shares } });
    expect(decided(split, '/api/x')).toMatchObject({ kind: 'pool', pool: 'shop', target: '/x' });
    for (const path of [{}, { path: '/' }]) expect(targetOf(routesOf({ match: path, stripPrefix: true }), '/x')).toBe('/x');
    expect(decided(routesOf({ match: { path: '/api' } }), '/api/x')).not.toHaveProperty('target');
  });
});

describe('a redirect', () => {
  const sent = (path: string | undefined, url: string, target: string) => {
    const routed = routesOf({ match: path === undefined ? {} : { path }, action: redirect(url) }).decide(requestFor(target));
    return routed.kind === 'redirect' ? routed.location : routed.kind;
  };

  test.each([
    ['/old/a/b?c=d', 'https://x.example/new/a/b?c=d'],
    ['/old', 'https://x.example/new/'],
    ['/old/', 'https://x.example/new/'],
    ['/old?q', 'https://x.example/new/?q'],
    ['/old/caf\xc3\xa9', 'https://x.example/new/caf%c3%a9'],
  ])('to a URL that ends with a slash takes along what stands behind the path: %s', (target, location) => {
    expect(sent('/old', 'https://x.example/new/', target)).toBe(location);
    expect(sent('/old/', 'https://x.example/new/', target)).toBe(location);
  });

  test('of everything takes the whole target along', () => {
    expect(sent(undefined, 'https://x.example/', '/a?b')).toBe('https://x.example/a?b');
  });

  test('to a URL that ends otherwise leads there', () => {
    expect(sent('/old', 'https://x.example/new', '/old/a?b')).toBe('https://x.example/new');
    expect(sent('/old', 'https://x.example/?from=/', '/old/a?b')).toBe('https://x.example/?from=/');
  });

  test('leads there too where the target does not begin with the path, letter by letter', () => {
    for (const target of ['/%6fld/a', '//old/a', '/x/../old/a'])
      expect(sent('/old', 'https://x.example/new/', target)).toBe('https://x.example/new/');
  });

  test.each(['/old//evil.example', '/old/\\evil.example', '/old/\\/evil.example', '/old///evil.example'])(
    'to a path of the same host leads to no other host: %s',
    (target) => {
      const location = sent('/old', '/', target);
      expect(location).toBe('/evil.example');
      expect(new URL(location, 'https://shop.example').host).toBe('shop.example');
    },
  );
});

test('the last of two thousand routes is found', () => {
  const many = Array.from({ length: 2000 }, (_, i) => ({ match: { host: `h${i}.example`, path: `/p${i}` }, action: to(`p${i}`) }));
  expect(poolOf(routesOf(...many), '/p1999/x', { host: 'h1999.example' })).toBe('p1999');
});
