import { describe, expect, test } from '@jest/globals';
import type { Route } from '../../src/brain/route/route.ts';
import { aFile } from './a-file.ts';

const { config, problems } = aFile();

const pools = 'pools: { shop: { origins: ["http://s:1"] }, next: { origins: ["http://n:1"] } }\n';

/** The routes of a file with the pools shop and next; each route is a line in flow style. */
function routes(...lines: string[]): readonly Route[] {
  return config(`${pools}routes:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`).routes ?? [];
}

/** What is wrong with these routes; the first is on line 3. */
function wrong(...lines: string[]): string[] {
  return problems(`${pools}routes:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`);
}

/** The only route of a file. */
function route(line: string): Route | undefined {
  return routes(line)[0];
}

const none = { set: {}, remove: [] };
const plain = { stripPrefix: false, requestFields: none, answerFields: none };

describe('routes', () => {
  test('are those of the issue: host, path, redirect, split, respond and a last one for all else', () => {
    expect(
      routes(
        'host: API.example.com, pool: shop',
        'host: shop.example.com, path: /old/, redirect: "https://shop.example.com/new/"',
        'host: "*.example.com", split: { shop: 95, next: 5 }, split-key: cookie:uid',
        'path: /maintenance, respond: { status: 503, text: back soon, retry-after: 60s }',
        'pool: shop',
      ),
    ).toEqual([
      { ...plain, number: 1, match: { host: 'api.example.com' }, action: { kind: 'pool', pool: 'shop' } },
      {
        ...plain,
        ...{ number: 2, match: { host: 'shop.example.com', path: '/old/' } },
        action: { kind: 'redirect', to: 'https://shop.example.com/new/', status: 308 },
      },
      {
        ...plain,
        ...{ number: 3, match: { host: '*.example.com' } },
        action: {
          kind: 'split',
          shares: [
            { pool: 'shop', share: 95 },
            { pool: 'next', share: 5 },
          ],
          key: { from: 'cookie', name: 'uid' },
        },
      },
      {
        ...plain,
        ...{ number: 4, match: { path: '/maintenance' } },
        action: { kind: 'respond', status: 503, text: 'back soon', retryAfter: 60 },
      },
      { ...plain, number: 5, match: {}, action: { kind: 'pool', pool: 'shop' } },
    ]);
  });

  test('can be written in block style', () => {
    const block = `
pools:
  shop:
    origins: http://s:1
routes:
  - host: shop.example.com
    path: /a
    method:
      - GET
      - HEAD
    header:
      X-Canary: 1
      x-version: 1.10
    pool: shop
    strip-prefix: true
    set-request-headers:
      X-A: b
      X-Empty: ""
    remove-request-headers: X-Debug
    set-response-headers:
      Cache-Control: no-store
    remove-response-headers:
      - X-Powered-By
      - Server
    max-body: 2GiB
    allow: [10.0.0.0/8, "::1"]
    deny: 10.1.0.0/16
    rate-limit: 100/s burst=200 key=client
`;
    expect(config(block).routes).toEqual([
      {
        ...{ number: 1, action: { kind: 'pool', pool: 'shop' }, stripPrefix: true, maxBody: 2 * 1024 ** 3 },
        match: {
          ...{ host: 'shop.example.com', path: '/a', methods: ['GET', 'HEAD'] },
          headers: { 'x-canary': '1', 'x-version': '1.10' },
        },
        requestFields: { set: { 'X-A': 'b', 'X-Empty': '' }, remove: ['X-Debug'] },
        answerFields: { set: { 'Cache-Control': 'no-store' }, remove: ['X-Powered-By', 'Server'] },
        allow: [
          { address: '10.0.0.0', prefix: 8 },
          { address: '::1', prefix: 128 },
        ],
        deny: [{ address: '10.1.0.0', prefix: 16 }],
        rateLimit: { rate: 100, burst: 200, key: { from: 'client' } },
      },
    ]);
  });

  test('may lead to the pool that is listed for all, where no others are', () => {
    const read = config('origins: http://a\nroutes:\n  - { path: /x, respond: { status: 404 } }\n  - pool: default\n');
    expect(read).not.toHaveProperty('pools');
    expect(read.routes).toMatchObject([{ action: { status: 404, text: 'Not Found' } }, { action: { pool: 'default' } }]);
  });

  test('need not be there, where there is one pool', () => {
    expect(config('pools: { shop: { origins: ["http://s:1"] } }')).not.toHaveProperty('routes');
  });

  test('can be sent to other threads', () => {
    const read = routes('path: /a, split: { shop: 1, next: 1 }, split-key: header:X-Team, header: { X-A: b }, allow: 10.0.0.0/8');
    expect(structuredClone(read)).toEqual(read);
  });

  test.each([
    ['"[::1]"', '[::1]'],
    ['127.0.0.1', '127.0.0.1'],
    ['shop', 'shop'],
    ['Shop.Example.COM', 'shop.example.com'],
    ['"*.Example.com"', '*.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['my_host.example', 'my_host.example'],
  ])('may have the host %s', (written, host) => {
    expect(route(`host: ${written}, pool: shop`)?.match).toEqual({ host });
  });

  test.each(['/', '/api', '/api/', '/café', '/caf%C3%A9', '/a%20b', '/Wiki_(film)', '/@a/~b.c,d=e+f', '/...', '/.well-known'])(
    'may have the path %s',
    (path) => {
      expect(route(`path: "${path}", pool: shop`)?.match).toEqual({ path });
    },
  );

  test.each([
    ['100/s', { rate: 100, burst: 100 }],
    ['1.5/s', { rate: 1.5, burst: 2 }],
    ['90/m', { rate: 1.5, burst: 2 }],
    ['10/h', { rate: 10 / 3600, burst: 1 }],
    ['10/s burst=1', { rate: 10, burst: 1 }],
    ['10/s key=header:X-Team burst=20', { rate: 10, burst: 20, key: { from: 'header', name: 'X-Team' } }],
    ['10/s  key=cookie:uid', { rate: 10, burst: 10, key: { from: 'cookie', name: 'uid' } }],
  ])('may have the rate limit %s', (text, rateLimit) => {
    expect(route(`rate-limit: ${text}, pool: shop`)?.rateLimit).toEqual(rateLimit);
  });

  test.each([301, 302, 303, 307, 308])('may redirect with %i', (status) => {
    expect(route(`path: /a, redirect: /b?c=d#e, status: ${status}`)?.action).toEqual({ kind: 'redirect', to: '/b?c=d#e', status });
  });

  test.each([
    ['{ status: 200, text: "" }', { status: 200, text: '' }],
    ['{ status: 204 }', { status: 204, text: '' }],
    ['{ status: 429, retry-after: 5m }', { status: 429, text: 'Too Many Requests', retryAfter: 300 }],
    ['{ status: 299 }', { status: 299, text: '' }],
    ['{ status: 503, text: 503 }', { status: 503, text: '503' }],
  ])('may respond %s', (written, answer) => {
    expect(route(`respond: ${written}`)?.action).toEqual({ kind: 'respond', ...answer });
  });

  test('may split by chance, in any numbers, also nothing for one', () => {
    expect(route('split: { shop: 0.5, next: 0 }')?.action).toEqual({
      kind: 'split',
      shares: [
        { pool: 'shop', share: 0.5 },
        { pool: 'next', share: 0 },
      ],
    });
  });
});

const refused = (line: string) => wrong(line, 'pool: shop');

describe('a route is refused for', () => {
  const host = 'give a name such as shop.example.com, or *.example.com for all names below that one';
  const signs = 'has signs that servers read in several ways; give one without \\ and ; and without encoded /, ., % and the like';
  const place = 'give a URL such as https://shop.example.com/new/, or a path that begins with one slash';
  const rate = 'give a number for each s, m or h, such as 100/s, and perhaps burst=200 and key=client behind it';
  const such = 'such as respond: { status: 503, text: back soon, retry-after: 60s }';
  const value = 'has a value with more than visible ASCII and spaces between; give one of these alone';
  test.each([
    ['host: [a, b], pool: shop', 'host: is a list, and can only be one value; give one such as host: shop.example.com'],
    ['host:, pool: shop', 'host: has no value; give one such as host: shop.example.com'],
    ['host: "*", pool: shop', 'host: "*" is not a host; leave the word out to take all hosts'],
    ['host: "a.*.b", pool: shop', `host: "a.*.b" is not a host; ${host}`],
    ['host: "*example.com", pool: shop', `host: "*example.com" is not a host; ${host}`],
    ['host: "https://a", pool: shop', `host: "https://a" is not a host; ${host}, without a scheme`],
    ['host: "a:80", pool: shop', `host: "a:80" is not a host; ${host}, without a port: a route takes its host at any port`],
    ['host: bücher.example, pool: shop', 'host: "bücher.example" is not a host; clients ask for it as xn--bcher-kva.example; give that'],
    ['host: a., pool: shop', `host: "a." is not a host; ${host}`],
    ['path: api, pool: shop', 'path: "api" is not a path; give one that begins with a slash, such as /api'],
    ['path: /api/*, pool: shop', 'path: "/api/*" has signs of a pattern; a path is a prefix: /api is /api and all below it'],
    ['path: "/a?b", pool: shop', 'path: "/a?b" has a query or a fragment; give the path alone'],
    ['path: "/a b", pool: shop', 'path: "/a b" has a space; give it as %20'],
    ['path: //a, pool: shop', 'path: "//a" has an empty or a dot segment; give the path that it leads to'],
    ['path: /a/../b, pool: shop', 'path: "/a/../b" has an empty or a dot segment; give the path that it leads to'],
    ['path: /a%2fb, pool: shop', `path: "/a%2fb" ${signs}`],
    ['path: /a;b, pool: shop', `path: "/a;b" ${signs}`],
    ['path: /100%, pool: shop', `path: "/100%" ${signs}`],
    [
      'method: get, pool: shop',
      'method: "get" is no method that clients can use, did you mean GET?; give some such as GET, HEAD, POST, PUT, PATCH or DELETE',
    ],
    [
      'method: [GET, CONNECT], pool: shop',
      'method: entry 2: "CONNECT" is no method that clients can use; give some such as GET, HEAD, POST, PUT, PATCH or DELETE',
    ],
    ['method: [], pool: shop', 'method: is an empty list; give some such as method: [GET, HEAD]'],
    ['method: [[GET]], pool: shop', 'method: entry 1: is a list, and can only be one value; give one such as method: [GET, HEAD]'],
    ['header: X-A, pool: shop', 'header: is one value; give a map such as header: { X-Canary: "1" }'],
    ['header: {}, pool: shop', 'header: is an empty map; give a map such as header: { X-Canary: "1" }'],
    ['header: { X-A: }, pool: shop', 'header: X-A: has no value; give one value'],
    ['header: { X-A: [b] }, pool: shop', 'header: X-A: is a list; give one value'],
    ['header: { X-A: "" }, pool: shop', 'header: X-A: has an empty value; give the value that a request must have'],
    ['header: { "X A": b }, pool: shop', 'header: X A: is no name of a field; give one such as X-Team'],
    ['header: { Host: b }, pool: shop', 'header: Host: has a word of its own; give host: shop.example.com'],
    ['header: { X-A: b, x-a: c }, pool: shop', 'header: x-a: is there twice, since capitals mean nothing in a name; keep one'],
    ['pool: shpo', 'pool: "shpo" is no pool, did you mean shop?; there are shop, next'],
    ['pool: elsewhere', 'pool: "elsewhere" is no pool; there are shop, next'],
    ['pool: { shop: 1 }', 'pool: is a map, and can only be one value; give one such as pool: shop'],
    ['split: shop', 'split: is one value; give a map such as split: { shop: 95, next: 5 }'],
    [
      'split: { shop: 95%, next: 5 }',
      'split: shop: "95%" is no share; give a number from 0 on, such as 95; shares are relative to each other',
    ],
    ['split: { shop: 95, nxet: 5 }', 'split: "nxet" is no pool, did you mean next?; there are shop, next'],
    [
      'split: { shop: -1, next: 5 }',
      'split: shop: "-1" is no share; give a number from 0 on, such as 95; shares are relative to each other',
    ],
    ['split: { shop: 0, next: 0 }', 'split: every share is 0, so that no pool would get a request; give one more'],
    [
      'split: { shop: 1, next: 1 }, split-key: uid',
      'split-key: "uid" is no key; give client, path, header:NAME, cookie:NAME or query:NAME',
    ],
    ['pool: shop, split-key: client', 'split-key: needs a split beside it, such as split: { shop: 95, next: 5 }'],
    ['redirect: shop.example.com', `redirect: "shop.example.com" is no place to send clients to; ${place}`],
    ['redirect: //evil.example', `redirect: "//evil.example" is no place to send clients to; ${place}`],
    ['redirect: /\\evil.example', `redirect: "/\\evil.example" is no place to send clients to; ${place}`],
    ["redirect: '/a\\b'", `redirect: "/a\\b" is no place to send clients to; ${place}`],
    ['redirect: "ftp://a"', `redirect: "ftp://a" is no place to send clients to; ${place}`],
    ['redirect: "https://u:p@a"', `redirect: "https://u:p@a" is no place to send clients to; ${place}`],
    ['redirect: "https:///a"', `redirect: "https:///a" is no place to send clients to; ${place}`],
    ['redirect: "https://a/b c"', `redirect: "https://a/b c" is no place to send clients to; ${place}`],
    ['redirect: "https://a\\r\\nX: y"', `redirect: "https://a\r\nX: y" is no place to send clients to; ${place}`],
    ['redirect: "https://é"', `redirect: "https://é" is no place to send clients to; ${place}`],
    [
      'path: /old, redirect: /old/new',
      'redirect: leads to what this route takes, so that clients would go round in circles; give another path',
    ],
    ['redirect: /new', 'redirect: leads to what this route takes, so that clients would go round in circles; give another path'],
    [
      'redirect: "https://a", status: 300',
      'status: "300" is no status of a redirect; give 301, 302, 303, 307 or 308, which is meant where nothing is given',
    ],
    ['pool: shop, status: 301', 'status: needs a redirect beside it; what respond answers with stands in it: respond: { status: 503 }'],
    ['respond: 503', `respond: is "503"; give a map ${such}`],
    ['respond: [503]', `respond: is a list; give a map ${such}`],
    ['respond: { text: no }', `respond: has no status; give one, ${such}`],
    ['respond: { status: 301 }', 'respond: status: "301" sends clients elsewhere; give redirect: instead, and status: beside it'],
    ['respond: { status: 100 }', 'respond: status: "100" is no status to answer with; give one from 200 to 299 or from 400 to 599'],
    ['respond: { status: 204, text: hello }', "respond: has a text, which an answer with 204 can't have; give another status, or no text"],
    [
      'respond: { status: 503, retry-after: 1500ms }',
      'respond: retry-after: "1500ms" is no whole number of seconds; give such as 60s or 5m',
    ],
    [
      'respond: { status: 503, retry-after: 60 }',
      'respond: retry-after: "60" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m',
    ],
    ['respond: { status: 503, body: soon }', 'respond: body: unknown word of an answer; here that is text'],
    [
      'respond: { status: 503, retry_after: 1s }',
      'respond: retry_after: unknown word of an answer, did you mean retry-after?; it has status, text and retry-after',
    ],
    ['path: /a, pool: shop, strip-prefix: /a', 'strip-prefix: is "/a"; give true, which takes the path of the route off'],
    ['path: /a, pool: shop, strip-prefix: []', 'strip-prefix: is a list; give true, which takes the path of the route off'],
    ['pool: shop, strip-prefix: true', 'strip-prefix: takes the path of the route off; give path beside it'],
    [
      'path: /a, respond: { status: 404 }, strip-prefix: true',
      'strip-prefix: changes what origins get, and none gets a request of this route; leave it out, or give pool or split',
    ],
    [
      'path: /a, redirect: /b, set-request-headers: { X-A: b }',
      'set-request-headers: changes what origins get, and none gets a request of this route; leave it out, or give pool or split',
    ],
    ['pool: shop, set-request-headers: { X-A: "b\\r\\nX-B: c" }', `set-request-headers: X-A: ${value}`],
    ['pool: shop, set-response-headers: { X-A: " b" }', `set-response-headers: X-A: ${value}`],
    ['pool: shop, set-response-headers: { X-A: é }', `set-response-headers: X-A: ${value}`],
    ['pool: shop, set-request-headers: { X-A: }', 'set-request-headers: X-A: has no value; give one value'],
    [
      'pool: shop, set-request-headers: { X-A: b }, remove-request-headers: [x-a]',
      'remove-request-headers: x-a is set as well, which takes the old value off already; keep one of the two',
    ],
    [
      'pool: shop, set-response-headers: { X-A: b }, remove-response-headers: X-A',
      'remove-response-headers: X-A is set as well, which takes the old value off already; keep one of the two',
    ],
    [
      'pool: shop, max-body: 10MB',
      'max-body: "10MB" is not a size; give a whole number above 0 with a unit, such as 512KiB, 10MiB or 2GiB',
    ],
    ['pool: shop, allow: 10.0.0.0/33', 'allow: "10.0.0.0/33" is not an address block; give one such as 10.0.0.0/8 or ::1'],
    ['pool: shop, deny: [10.0.0.1, all]', 'deny: entry 2: "all" is not an address block; give one such as 10.0.0.0/8 or ::1'],
    ['pool: shop, rate-limit: 100', `rate-limit: "100" is no rate; ${rate}`],
    ['pool: shop, rate-limit: 100r/s', `rate-limit: "100r/s" is no rate; ${rate}`],
    ['pool: shop, rate-limit: 0/s', `rate-limit: "0/s" is no rate; ${rate}`],
    ['pool: shop, rate-limit: 1/s nodelay', `rate-limit: has the word "nodelay"; ${rate}`],
    ['pool: shop, rate-limit: 1/s burst=0', 'rate-limit: "0" is not a count; give a whole number from 1 to 1000000'],
    ['pool: shop, rate-limit: 1/s key=ip', 'rate-limit: "ip" is no key; give client, path, header:NAME, cookie:NAME or query:NAME'],
    ['pool: shop, rate-limit: 1/s burst=1 burst=2', 'rate-limit: has the word burst twice; keep one'],
    [
      'pool: shop, respond: { status: 404 }',
      'respond: stands beside pool; a route does one thing, give one of pool, split, redirect, respond',
    ],
    ['path: /a', 'does not say what becomes of a request; give one of pool, split, redirect, respond'],
    ['pool: shop, pth: /a', expect.stringMatching(/^pth: unknown word of a route, did you mean path\?; a route has host, path, method, /)],
    ['pool: shop, colour: red', expect.stringMatching(/^colour: unknown word of a route; a route has host, .*, deny, rate-limit$/)],
  ])('{ %s }', (line, problem) => {
    const at = 'FILE, line 3: route 1: ';
    expect(refused(line)).toEqual([typeof problem === 'string' ? at + problem : expect.stringContaining(at)]);
    expect(refused(line).map((said) => said.slice(at.length))).toEqual([problem]);
  });

  const untouchable: [string, string][] = [
    ['Host', 'stays as the client sent it'],
    ['Expect', 'is answered by the balancer itself'],
    ['X-Forwarded-For', 'is what the balancer itself tells origins'],
    ['x_forwarded_proto', 'is what the balancer itself tells origins'],
    ['Forwarded', 'is what the balancer itself tells origins'],
    ['X-Real-IP', 'is what the balancer itself tells origins'],
    ['X-Request-Id', 'is what the balancer itself tells origins'],
    ['X-LB-Hop', 'is what the balancer itself tells origins'],
    ['X_LB_Hop', 'is what the balancer itself tells origins'],
    ['Sec_WebSocket_Key', 'belongs to the handshake of a WebSocket'],
    ['Via', 'is what the balancer itself tells origins'],
    ['Proxy', 'is what the balancer itself tells origins'],
    ['Connection', 'belongs to one connection, and not to the message'],
    ['transfer-encoding', 'belongs to one connection, and not to the message'],
    ['TE', 'belongs to one connection, and not to the message'],
    ['Upgrade', 'belongs to one connection, and not to the message'],
    ['HTTP2-Settings', 'belongs to one connection, and not to the message'],
    ['Content-Length', 'says where the message ends'],
    ['Sec-WebSocket-Key', 'belongs to the handshake of a WebSocket'],
  ];
  test.each(untouchable)('setting or removing %s of a request, which %s', (name, why) => {
    const reason = `${name}: can't be changed by a route, since it ${why}`;
    expect(refused(`pool: shop, set-request-headers: { ${name}: x }`)).toEqual([`FILE, line 3: route 1: set-request-headers: ${reason}`]);
    expect(refused(`pool: shop, remove-request-headers: [${name}]`)).toEqual([
      `FILE, line 3: route 1: remove-request-headers: entry 1: ${reason}`,
    ]);
  });

  test.each([
    ['X-LB-Why', 'is what the balancer itself tells clients'],
    ['X_LB_Why', 'is what the balancer itself tells clients'],
    ['Via', 'is what the balancer itself tells clients'],
    ['Content-Length', 'says where the message ends'],
    ['Transfer-Encoding', 'belongs to one connection, and not to the message'],
    ['Sec-WebSocket-Accept', 'belongs to the handshake of a WebSocket'],
  ])('setting or removing %s of an answer, which %s', (name, why) => {
    const reason = `${name}: can't be changed by a route, since it ${why}`;
    expect(refused(`pool: shop, set-response-headers: { ${name}: x }`)).toEqual([`FILE, line 3: route 1: set-response-headers: ${reason}`]);
    expect(refused(`pool: shop, remove-response-headers: ${name}`)).toEqual([`FILE, line 3: route 1: remove-response-headers: ${reason}`]);
  });

  test.each([
    ['backend', 'pool'],
    ['upstream', 'pool'],
    ['server', 'pool'],
    ['service', 'pool'],
    ['cluster', 'pool'],
    ['proxy_pass', 'pool'],
    ['location', 'path'],
    ['pathPrefix', 'path'],
    ['hosts', 'host'],
    ['methods', 'method'],
    ['headers', 'header to choose by one, set-request-headers or set-response-headers to set some'],
    ['rule', 'host, path, method and header, in the route itself'],
    ['weights', 'split, such as split: { shop: 95, next: 5 }'],
    ['return', 'respond, such as respond: { status: 503, text: back soon }; or redirect'],
    ['rewrite', 'redirect, or strip-prefix'],
    ['stripPath', 'strip-prefix: true'],
    ['limit_req', 'rate-limit, such as rate-limit: 100/s'],
    ['whitelist', 'allow'],
    ['blacklist', 'deny'],
    ['proxy_set_header', 'set-request-headers'],
    ['add_header', 'set-response-headers'],
    ['proxy_hide_header', 'remove-response-headers, or remove-request-headers'],
    ['client_max_body_size', 'max-body'],
    ['retry-after', 'a word of respond, such as respond: { status: 503, text: back soon, retry-after: 60s }'],
  ])('another balancer’s word %s, which here is %s', (word, here) => {
    expect(refused(`${word}: x`)).toEqual([`FILE, line 3: route 1: ${word}: unknown word of a route; here that is ${here}`]);
  });

  test.each(['rateLimit', 'strip_prefix', 'maxBody'])('%s, which is a known word written otherwise', (word) => {
    expect(refused(`${word}: x`)).toEqual([expect.stringMatching(/unknown word of a route, did you mean [a-z]+-[a-z]+\?/)]);
  });

  test('everything that is wrong with it, each with its own line', () => {
    const text = `${pools}routes:
  - path: /a
    pool: shop
  - host: "*"
    method: [GET,
      PSOT]
    split:
      shop: 1
      nxet: 1
    header:
      X-A:
  - [pool, shop]
  - pool: shop
    respond:
      status: 404
`;
    expect(problems(text).map((problem) => problem.replace(/(: "?[^:;]*).*$/, '$1'))).toEqual([
      'FILE, line 5: route 2',
      'FILE, line 7: route 2',
      'FILE, line 10: route 2',
      'FILE, line 12: route 2',
      'FILE, line 13: route 3',
      'FILE, line 15: route 4',
    ]);
    expect(problems(text)[4]).toBe('FILE, line 13: route 3: is a list; a route is a map, such as { path: /api, pool: shop }');
  });
});

describe('routes are refused for', () => {
  test.each([
    ['being a map', 'routes: { pool: shop }', 'FILE, line 2: routes: is a map; give a list of routes, such as - pool: shop'],
    ['being empty', 'routes:', 'FILE, line 2: routes: is empty; give a list of routes, such as - pool: shop'],
    ['being none', 'routes: []', 'FILE, line 2: routes: is an empty list; give a list of routes, such as - pool: shop'],
    [
      'not being there, where there are several pools',
      'port: 1',
      'FILE, line 1: pools: there are 2, and nothing says which of them gets a request; give routes: with a list such as - pool: shop',
    ],
    [
      'a host with a star that has no quotes',
      'routes:\n  - { pool: shop, host: *.example.com }',
      'FILE, line 3: *.example.com begins with *, which is YAML\'s sign for what is named elsewhere; put it in quotes: "*.example.com"',
    ],
  ])('%s', (_what, text, problem) => {
    expect(problems(pools + text)).toEqual([problem]);
  });

  test('being too many', () => {
    const many = (count: number) => `routes:\n${Array.from({ length: count }, (_, i) => `  - { path: /${i}, pool: default }\n`).join('')}`;
    expect(problems(many(1024))).toEqual([]);
    expect(problems(many(1025))).toEqual(['FILE, line 1: routes: there are 1025; give 1024 at most']);
  });

  test('leading to a pool other than the only one', () => {
    expect(problems('routes: [{ pool: shop }]')).toEqual(['FILE, line 1: route 1: pool: "shop" is no pool; the only one is default']);
  });

  test('not being there, where pools stand beside a list for all', () => {
    expect(problems('origins: http://a\npools: { shop: { origins: "http://b" } }')).toEqual([
      'FILE, line 2: pools: there are 2, and nothing says which of them gets a request; give routes: with a list such as - pool: default',
    ]);
  });
});
