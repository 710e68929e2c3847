import { afterEach, describe, expect, test } from '@jest/globals';
import type { Route, RouteAction } from '../../src/brain/route/route.ts';
import { routeOf } from '../brain/route/routes.ts';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver, type TestRoad } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire } from '../wire.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { type ByteOrigin, get, linesOf, startByteOrigin, valuesOf } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const ok = ['HTTP/1.1 200 OK', 'Content-Length: 2', 'X-Powered-By: magic', 'X-Own: 1', '', 'ok'].join('\r\n');
const toDefault: RouteAction = { kind: 'pool', pool: 'default' };

/** A road with these routes, numbered from 1, to an origin that answers with the given bytes. */
async function over(
  routes: readonly Partial<Route>[],
  reply = ok,
  options: RoadOptions = {},
): Promise<{ road: TestRoad; origin: ByteOrigin }> {
  const origin = await startByteOrigin((socket) => socket.write(reply, 'latin1'));
  const numbered = routes.map((told, index) => routeOf({ number: index + 1, action: toDefault, ...told }));
  const road = roadOver([originAt(origin.port)], { ...options, routes: numbered });
  ends.push(origin.close, road.close);
  return { road, origin };
}

async function client(road: TestRoad): Promise<Client> {
  const connected = await Client.to(road.server);
  ends.push(() => connected.leave());
  return connected;
}

/** The request line that an origin got. */
const lineOf = (received: string) => received.split('\r\n', 1)[0];
const bodyOf = (answer: string) => answer.split('\r\n\r\n')[1];
const withoutId = (text = '') => text.replace(/ \(request [^)]*\)/, '');

describe('a route', () => {
  test('that leads to a pool has its origin answer, and is named in the log', async () => {
    const { road, origin } = await over([{ match: { host: 'other.example' } }, { match: { path: '/api' } }]);
    expect(await onTheWire(road.server, get('/api/x?y'))).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok$/);
    expect(lineOf(origin.received())).toBe('GET /api/x?y HTTP/1.1');
    expect(await road.record()).toMatchObject({ route: 2, routed: 'route 2 (/api) leads to pool default', pool: 'default' });
  });

  test('is told who asks why, beside the choice of the origin', async () => {
    const { road } = await over([{}]);
    const answer = await onTheWire(road.server, get('/', 'X-LB-Explain: 1'));
    expect(valuesOf(answer, 'X-LB-Route')).toEqual(['route 1 (everything) leads to pool default']);
    expect(valuesOf(answer, 'X-LB-Why')).toHaveLength(1);
  });

  test('tells who asks of an answer of its own, too, and nobody else', async () => {
    const { road } = await over([{ match: { path: '/café' }, action: { kind: 'respond', status: 403, text: 'no' } }]);
    const [asked, other] = [await onTheWire(road.server, get('/caf%c3%a9', 'X-LB-Explain: 1')), await onTheWire(road.server, get('/x'))];
    expect(valuesOf(asked, 'X-LB-Route')).toEqual(['route 1 (/caf?) answers it']);
    expect(valuesOf(asked, 'X-LB-Decision')).toHaveLength(1);
    expect(valuesOf(asked, 'Cache-Control')).toEqual(['no-store']);
    expect(other).toMatch(/^HTTP\/1\.1 404 /);
    expect(other).not.toMatch(/^X-LB-/m);
  });

  test('is where the story of a request begins', async () => {
    const { road } = await over([{}]);
    await onTheWire(road.server, get('/'));
    const { id } = await road.record();
    expect(await road.ask({ about: 'one', id })).toMatchObject({
      route: 'route 1 (everything) leads to pool default',
      pool: 'default',
      explanation: expect.stringMatching(/^GET \/ came from 127\.0\.0\.1\. Route 1 \(everything\) leads to pool default\. /),
    });
  });

  test('that redirects sends the client on, with what stands behind its path, and no cache may keep that', async () => {
    const { road, origin } = await over([
      { match: { path: '/old/' }, action: { kind: 'redirect', to: 'https://shop.example/new/', status: 308 } },
    ]);
    const answer = await onTheWire(road.server, get('/old/a?b=c'));
    expect(answer).toMatch(/^HTTP\/1\.1 308 Permanent Redirect\r\n/);
    expect(valuesOf(answer, 'Location')).toEqual(['https://shop.example/new/a?b=c']);
    expect(valuesOf(answer, 'Cache-Control')).toEqual(['no-store']);
    expect(bodyOf(answer)).toBe('https://shop.example/new/a?b=c\n');
    expect(origin.connections()).toBe(0);
    expect(await road.record()).toMatchObject({ route: 1, status: 308, origin: null, attempts: [] });
  });

  test('that answers itself says what it was told to, in UTF-8, and when to come again', async () => {
    const respond: RouteAction = { kind: 'respond', status: 503, text: 'zurück um 8', retryAfter: 60 };
    const { road, origin } = await over([{ action: respond, answerFields: { set: { 'X-Team': 'shop' }, remove: ['cache-control'] } }]);
    const answer = await onTheWire(road.server, get('/'));
    expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    const fields = ['Content-Type: text/plain; charset=utf-8', 'Retry-After: 60', 'X-Team: shop', 'Content-Length: 13'];
    expect(linesOf(answer)).toEqual(expect.arrayContaining(fields));
    expect(valuesOf(answer, 'Cache-Control')).toEqual([]);
    expect(Buffer.from(bodyOf(answer) ?? '', 'latin1').toString()).toBe('zurück um 8\n');
    expect(origin.connections()).toBe(0);
  });

  test('that answers with nothing sends nothing', async () => {
    const { road } = await over([{ action: { kind: 'respond', status: 204, text: '' } }]);
    const answer = await onTheWire(road.server, get('/'));
    expect(answer).toMatch(/^HTTP\/1\.1 204 No Content\r\n[\s\S]*\r\n\r\n$/);
    expect(answer).not.toMatch(/content-length|content-type/i);
  });

  test('that answers a HEAD sends the fields alone', async () => {
    const { road } = await over([{ action: { kind: 'respond', status: 200, text: 'hello' } }]);
    const answer = await onTheWire(road.server, get('/').replace('GET', 'HEAD'));
    expect(answer).toMatch(/Content-Length: 6\r\n[\s\S]*\r\n\r\n$/);
  });

  test.each<[string, Partial<Route>, string, RegExp]>([
    [
      'does not let a client in',
      { deny: [{ address: '127.0.0.0', prefix: 8 }] },
      '/',
      /^403 Forbidden: clients at your address may not come here$/,
    ],
    ['can not tell the path', { match: { path: '/a' } }, '/a;b/..%2f..;/%5c\\..//x;/'.repeat(40), /^400 Bad Request: the path can be read/],
    ['takes no such request', { match: { path: '/a' } }, '/b', /^404 Not Found: no route leads anywhere from here$/],
  ])('that %s says so in a plain line, with the request’s id', async (_what, told, target, sentence) => {
    const { road, origin } = await over([told]);
    const answer = await onTheWire(road.server, get(target));
    expect(withoutId(bodyOf(answer)).trim()).toMatch(sentence);
    expect(answer).toMatch(/\(request [-\w]+\)\n$/);
    expect(valuesOf(answer, 'Cache-Control')).toEqual(['no-store']);
    expect(origin.connections()).toBe(0);
  });

  test('that none takes a request is in its record as well', async () => {
    const { road } = await over([{ match: { path: '/a' } }]);
    await onTheWire(road.server, get('/b'));
    const record = await road.record();
    expect(record).toMatchObject({ route: null, routed: 'no route takes it', status: 404 });
    expect(record).not.toHaveProperty('pool');
  });

  test('with a rate limit answers what is too much with 429 and when to come again', async () => {
    const { road } = await over([{ rateLimit: { rate: 0.01, burst: 2 } }]);
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await onTheWire(road.server, get('/')));
    expect(answers.flatMap(statusesIn)).toEqual([200, 200, 429]);
    const seconds = Number(valuesOf(answers[2] ?? '', 'Retry-After')[0]);
    expect([seconds > 0, seconds <= 100]).toEqual([true, true]);
    expect(withoutId(bodyOf(answers[2] ?? ''))).toBe('429 Too Many Requests: come again later\n');
  });

  test('knows the client that a trusted proxy tells of', async () => {
    const loopback = [{ address: '127.0.0.0', prefix: 8 }];
    const { road } = await over([{ allow: [{ address: '203.0.113.0', prefix: 24 }] }], ok, { trusted: loopback });
    const statuses = [];
    for (const address of ['203.0.113.9', '192.0.2.1']) {
      statuses.push(...statusesIn(await onTheWire(road.server, get('/', `X-Forwarded-For: ${address}`))));
    }
    expect(statuses).toEqual([200, 403]);
  });
});

describe('no spelling gets past a guard, on the wire as in the brain:', () => {
  const guard: Partial<Route> = { match: { path: '/admin' }, action: { kind: 'respond', status: 403, text: 'no' } };

  test.each([
    '/admin',
    '/%2e%2e/admin',
    '//admin',
    '/%2fadmin',
    '/admin;x',
    '/a/../admin',
    '/\\admin',
    '/%61dmin',
    '/admin%00',
    '/admin#x',
    '/api/..%2fadmin',
    'http://shop.example/admin',
    'http://shop.example//x/../admin',
  ])('%s', async (target) => {
    const { road, origin } = await over([{ match: { path: '/api' } }, guard, {}]);
    expect(statusesIn(await onTheWire(road.server, get(target)))).toEqual([403]);
    expect(origin.connections()).toBe(0);
  });

  test.each(['/%252e%252e/admin', '/%2561dmin', '/administrator', '/x?/admin'])('and %s is no such spelling', async (target) => {
    const { road, origin } = await over([{ match: { path: '/api' } }, guard, {}]);
    expect(statusesIn(await onTheWire(road.server, get(target)))).toEqual([200]);
    expect(lineOf(origin.received())).toBe(`GET ${target} HTTP/1.1`);
  });
});

describe('an answer of a route', () => {
  const redirect: RouteAction = { kind: 'redirect', to: '/new', status: 303 };

  test('leaves the connection open for the next request', async () => {
    const { road } = await over([{ match: { path: '/old' }, action: redirect }, {}]);
    const one = await client(road);
    await one.send(ask('/old')).until(/303 See Other[\s\S]*\/new\n$/);
    await one.send(ask('/')).until(/200 OK[\s\S]*ok$/);
  });

  test('to who sends a body comes at once, is whole, and is the last on its connection', async () => {
    const { road, origin } = await over([{ match: { path: '/old' }, action: redirect }, {}]);
    const one = await client(road);
    one.send(`POST /old HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`);
    await one.until(/303 See Other\r\n[\s\S]*Connection: close\r\n[\s\S]*\/new\n$/);
    one.send('x'.repeat(100_000) + ask('/smuggled'));
    await one.end();
    expect([statusesIn(one.received), origin.connections()]).toEqual([[303], 0]);
  });
});

describe('a route that takes its path off', () => {
  test.each([
    ['/api/x?q', '/x?q'],
    ['/api', '/'],
    ['/api?q', '/?q'],
    ['/api//evil.example', '/evil.example'],
  ])('leads %s to %s, and the log has what the client asked for', async (target, asked) => {
    const { road, origin } = await over([{ match: { path: '/api' }, stripPrefix: true, maxBody: 10 }]);
    await onTheWire(road.server, get(target));
    expect(lineOf(origin.received())).toBe(`GET ${asked} HTTP/1.1`);
    expect(await road.record()).toMatchObject({ target });
  });

  test('refuses a spelling that it can not take it off', async () => {
    const { road } = await over([{ match: { path: '/api' }, stripPrefix: true, maxBody: 10 }]);
    expect(statusesIn(await onTheWire(road.server, get('/%61pi/x')))).toEqual([400]);
  });
});

describe('the fields of a request', () => {
  const requestFields = { set: { 'X-Team': 'shop', Accept: 'text/html' }, remove: ['X-Secret', 'cookie'] };

  test('lose what a route takes off, however it is spelt, and get what it sets, once', async () => {
    const { road, origin } = await over([{ requestFields }]);
    const sent = ['x-secret: 1', 'X_Secret: 2', 'Cookie: a=b', 'X-TEAM: evil', 'X_Team: evil', 'Accept: */*', 'X-Other: kept'];
    await onTheWire(road.server, get('/', ...sent));
    const lines = linesOf(origin.received());
    expect(lines.filter((line) => /^(?:x.(?:secret|team|other)|cookie|accept):/i.test(line))).toEqual([
      'X-Other: kept',
      'X-Team: shop',
      'Accept: text/html',
    ]);
    expect(lines).toContain('Host: shop.example');
    expect(lines).toContain('X-Forwarded-For: 127.0.0.1');
  });

  test('lose it among trailers as well', async () => {
    const { road, origin } = await over([{ requestFields }]);
    const body = '1\r\nx\r\n0\r\nX-Secret: 1\r\nX-Sum: 2\r\n\r\n';
    const head = get('/', 'Transfer-Encoding: chunked', 'Trailer: X-Sum').replace('GET', 'PUT');
    await onTheWire(road.server, head + body);
    expect(origin.received()).toMatch(/0\r\nX-Sum: 2\r\n\r\n$/);
  });

  test('stay as they are where a route changes none', async () => {
    const { road, origin } = await over([{}]);
    await onTheWire(road.server, get('/', 'X_Team: a', 'x-secret: 1'));
    expect(linesOf(origin.received())).toEqual(expect.arrayContaining(['X_Team: a', 'x-secret: 1']));
  });
});

describe('the fields of an answer', () => {
  const answerFields = { set: { 'X-Own': 'ours', 'X-New': '1' }, remove: ['x-powered-by', 'Server'] };

  test('lose what a route takes off, and get what it sets, once', async () => {
    const { road } = await over([{ answerFields }]);
    const answer = await onTheWire(road.server, get('/'));
    expect(linesOf(answer).filter((line) => line.startsWith('X-'))).toEqual(['X-Own: ours', 'X-New: 1']);
    expect(valuesOf(answer, 'Via')).toEqual(['1.1 balancer']);
    expect(answer).toMatch(/ok$/);
  });

  test('keep what the balancer tells its client', async () => {
    const { road } = await over([{ answerFields: { set: {}, remove: ['Set-Cookie'] } }], ok.replace('X-Own: 1', 'Set-Cookie: a=b'), {
      sticky: 'lb',
    });
    const cookies = valuesOf(await onTheWire(road.server, get('/')), 'Set-Cookie');
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/^lb=/);
  });

  test('lose it in interim answers and among trailers as well', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-Powered-By: magic\r\n\r\n';
    const whole = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 1\r\nServer: s\r\n\r\n';
    const { road } = await over([{ answerFields }], early + whole);
    const answer = await onTheWire(road.server, get('/', 'TE: trailers'));
    expect(answer).toMatch(/^HTTP\/1\.1 103 [\s\S]*Link: <\/a>\r\n/);
    expect(answer).toMatch(/X-Sum: 1\r\n\r\n$/);
    expect(answer).not.toMatch(/magic|Server: s/);
  });
});

describe('a body that is longer than its route takes', () => {
  const routes = [{ match: { path: '/small' }, maxBody: 1000 }, {}];
  const told = /^HTTP\/1\.1 413 [\s\S]*413 Content Too Large: the request body is longer than it may be here \(request [-\w]+\)\n$/;
  const post = (target: string, ...fields: string[]) => [`POST ${target} HTTP/1.1`, 'Host: a', ...fields, '', ''].join('\r\n');
  const chunk = (length: number) => `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n`;

  test('is refused before any of it has come, where its length is known', async () => {
    const { road, origin } = await over(routes);
    const one = await client(road);
    await one.send(post('/small', 'Content-Length: 1001')).until(told);
    await one.send('x'.repeat(1001)).end();
    expect(origin.connections()).toBe(0);
    expect(await road.record()).toMatchObject({ status: 413, attempts: [] });
  });

  test('is refused before it is sent, where it would be kept', async () => {
    const { road, origin } = await over(routes);
    const one = await client(road);
    await one
      .send(post('/small', 'Transfer-Encoding: chunked').replace('POST', 'PUT') + chunk(600))
      .send(chunk(401))
      .until(told);
    await one.end();
    expect(origin.connections()).toBe(0);
  });

  test('is cut on its way to the origin, which does not count against that', async () => {
    const origin = await startByteOrigin(() => {});
    const road = roadOver([originAt(origin.port)], {
      watched: true,
      routes: routes.map((each) => routeOf({ action: toDefault, ...each })),
    });
    ends.push(origin.close, road.close);
    const one = await client(road);
    one.send(post('/small', 'Transfer-Encoding: chunked') + chunk(600));
    await until(() => origin.received().includes('x'.repeat(600)), origin.received);
    await one.send(chunk(401)).until(told);
    await one.end();
    expect(origin.received()).not.toContain('x'.repeat(601));
    expect(await road.record()).toMatchObject({ status: 413, attempts: [{ result: 'body too long' }] });
    expect(road.pool.hasReady()).toBe(true);
  });

  test.each([
    ['as long as it may be', '/small', 'Content-Length: 1000', 'x'.repeat(1000)],
    ['as long as it may be, in chunks', '/small', 'Transfer-Encoding: chunked', `${chunk(600)}${chunk(400)}0\r\n\r\n`],
    ['of another route', '/', 'Content-Length: 5000', 'x'.repeat(5000)],
  ])('is not one that is %s', async (_what, target, framing, body) => {
    const { road } = await over(routes);
    const one = await client(road);
    await one.send(post(target, framing) + body).until(/^HTTP\/1\.1 200 [\s\S]*ok$/);
  });
});

test('a WebSocket is routed as any other request, and the fields of its answer are changed', async () => {
  const granted = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket', 'X-Powered-By: magic', '', ''].join(
    '\r\n',
  );
  const routes = [
    { match: { path: '/ws' }, stripPrefix: true, answerFields: { set: {}, remove: ['X-Powered-By'] } },
    { action: { kind: 'respond', status: 403, text: 'no' } as const },
  ];
  const { road, origin } = await over(routes, granted);
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
  const [one, other] = [await client(road), await client(road)];
  const answer = await one.send(ask('/ws/chat', ...upgrade)).until(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\n$/);
  expect(answer).not.toContain('magic');
  expect(lineOf(origin.received())).toBe('GET /chat HTTP/1.1');
  await other.send(ask('/other', ...upgrade)).until(/^HTTP\/1\.1 403 [\s\S]*no\n$/);
});
