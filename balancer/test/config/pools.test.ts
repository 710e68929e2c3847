import { describe, expect, test } from '@jest/globals';
import { poolOptions } from '../../src/config/pool-options.ts';
import { poolsOf } from '../../src/config/pools.ts';
import { aFile } from './a-file.ts';

const { config, problems } = aFile();

/** The pools that a file gives, each with its origins. */
function pools(text: string, flags: string[] = [], env: Record<string, string> = {}) {
  return poolsOf(config(text, flags, env)).map(({ name, settings }) => [name, ...settings.origins.map(({ id }) => id)]);
}

const shop = 'pools: { shop: { origins: ["http://shop:3000"] } }\n';

describe('pools', () => {
  test.each([
    [
      'block',
      'pools:\n  shop:\n    origins:\n      - http://a:1 weight=2\n      - url: http://b:2\n        backup: true\n    policy: random\n',
    ],
    ['flow', 'pools: { shop: { origins: [http://a:1 weight=2, { url: "http://b:2", backup: true }], policy: random } }\n'],
    ['alias', 'pools:\n  shop: { origins: &both [http://a:1 weight=2, http://b:2 backup], policy: random }\n'],
  ])('can be written in %s style', (_style, text) => {
    const [pool] = poolsOf(config(text));
    expect(pool).toMatchObject({ name: 'shop', settings: { policy: 'random' } });
    expect(pool?.settings.origins).toMatchObject([
      { id: 'a:1', weight: 2, backup: false },
      { id: 'b:2', weight: 1, backup: true },
    ]);
  });

  test('have their own settings, and for the rest what a flag, the environment, the top of the file or the default says', () => {
    const text = `retries: 1\nslow-start: 5s\nhealth-path: /up\nwait-timeout: 9s\n${shop.replace(' }', ', retries: 7, health-path: none }')}`;
    const [pool] = poolsOf(config(text, ['--slow-start=3s'], { RETRIES: '2', WAIT_TIMEOUT: '8s' }));
    expect(pool?.settings).toMatchObject({ retries: 7, slowStart: 3000, waitTimeout: 8000, connectTimeout: 2000, policy: 'round-robin' });
    expect(pool?.settings.healthPath).toBeUndefined();
    expect(Object.isFrozen(pool?.settings)).toBe(true);
  });

  test('may have an origin together, also by an alias', () => {
    expect(pools('pools:\n  a: { origins: &o ["http://x:1"] }\nroutes: [{ pool: a }]\n')).toEqual([['a', 'x:1']]);
    const text = 'pools:\n  a: { origins: &o ["http://x:1"] }\n  b: { origins: *o }\nroutes: [{ path: /b, pool: b }, { pool: a }]\n';
    expect(pools(text)).toEqual([
      ['a', 'x:1'],
      ['b', 'x:1'],
    ]);
  });

  const both = [
    ['default', 'a:80'],
    ['shop', 'shop:3000'],
  ];
  const routes = 'routes: [{ path: /shop, pool: shop }, { pool: default }]\n';
  test('stand behind one called default, where origins are listed for all', () => {
    expect(pools(shop + routes, ['--origins=http://a'])).toEqual(both);
    expect(pools(shop + routes, [], { ORIGINS: 'http://a' })).toEqual(both);
    expect(pools(`origins: http://a\n${shop}${routes}`)).toEqual(both);
  });

  test('are all there are, where none are', () => {
    expect(pools(shop)).toEqual([['shop', 'shop:3000']]);
    expect(pools(shop, [], { ORIGINS: '' })).toEqual([['shop', 'shop:3000']]);
    expect(config(shop).origins).toEqual([]);
  });

  test('may have one called default among them', () => {
    expect(pools('pools: { default: { origins: "http://a" } }')).toEqual([['default', 'a:80']]);
  });

  test('are one called default in a file without any, which is as it ever was', () => {
    const plain = config('origins: http://a\npolicy: random');
    expect(plain).not.toHaveProperty('pools');
    expect(poolsOf(plain)).toEqual([{ name: 'default', settings: plain }]);
  });

  test('may have any setting that concerns their origins', () => {
    expect(poolOptions).toEqual(expect.arrayContaining(['origins', 'policy', 'stickySecret', 'healthFall', 'maxRunningPerAddress']));
    for (const global of ['port', 'threads', 'trustedProxies', 'maxClients', 'maxTunnels', 'explain', 'log', 'config'])
      expect(poolOptions).not.toContain(global);
  });
});

describe('pools are refused for', () => {
  const origin = 'origins: "http://x:1"';
  test.each([
    [
      'being a list',
      'pools:\n  - shop',
      'FILE, line 1: pools: is a list; give a map of pools, such as shop: { origins: [http://localhost:3000] }',
    ],
    [
      'being empty',
      'port: 1\npools:\n',
      'FILE, line 2: pools: is empty; give a map of pools, such as shop: { origins: [http://localhost:3000] }',
    ],
    ['being none', 'pools: {}', 'FILE, line 1: pools: has no pool; give one, such as shop: { origins: [http://localhost:3000] }'],
    [
      'a pool that is a list of origins',
      'pools:\n  shop: ["http://x:1"]',
      'FILE, line 2: pool shop: is a list; give its settings, such as shop: { origins: [http://localhost:3000] }',
    ],
    [
      'a name in capitals',
      `pools:\n  Shop: { ${origin} }`,
      'FILE, line 2: pool Shop: is no name; give 1 to 63 of a-z, 0-9, - and _, a letter or digit first',
    ],
    [
      'a name that is too long',
      `pools:\n  ${'x'.repeat(64)}: { ${origin} }`,
      expect.stringMatching(/^FILE, line 2: pool x{64}: is no name; give/),
    ],
    [
      'a pool without origins',
      'pools:\n  shop:\n    policy: random',
      'FILE, line 2: pool shop: has no origins; give some, such as origins: [http://localhost:3000]',
    ],
    [
      'a pool without origins, of which the usual ones are none',
      'port: 8081\npools:\n  shop:\n    policy: random',
      'FILE, line 3: pool shop: has no origins; give some, such as origins: [http://localhost:3000]',
    ],
    [
      'an empty list of origins',
      'pools:\n  shop:\n    origins: []',
      'FILE, line 3: pool shop: origins: is an empty list; give one such as origins: http://localhost:8081',
    ],
    [
      'an origin that is none',
      `pools:\n  shop:\n    origins:\n      - http://a:1\n      - address: b`,
      expect.stringMatching(/^FILE, line 5: pool shop: origins: entry 2 has the key address; an origin is a URL/),
    ],
    [
      'a value that can’t be',
      `pools:\n  shop:\n    ${origin}\n    retries: many`,
      'FILE, line 4: pool shop: retries: "many" is not a count; give a whole number from 0 to 100',
    ],
    [
      'a setting without a value',
      `pools:\n  shop:\n    ${origin}\n    retries:`,
      'FILE, line 4: pool shop: retries: has no value; give one such as retries: 3',
    ],
    [
      'a policy of another balancer’s',
      `pools:\n  shop: { ${origin},\n    policy: leastconn }`,
      expect.stringMatching(
        /^FILE, line 3: pool shop: policy: "leastconn" is not known; here that is least-requests; give one of: least-requests/,
      ),
    ],
    [
      'another balancer’s ip_hash',
      `pools:\n  shop: { ${origin}, policy: ip_hash }`,
      expect.stringMatching(/^FILE, line 2: pool shop: policy: "ip_hash" is not known; here that is rendezvous-hash; give/),
    ],
    [
      'a setting that is everybody’s',
      `pools:\n  shop:\n    ${origin}\n    max-clients: 5`,
      'FILE, line 4: pool shop: max-clients: holds for the whole balancer; put it at the top of the file',
    ],
    [
      'a slip',
      `pools:\n  shop:\n    ${origin}\n    health_path: /up`,
      expect.stringMatching(
        /^FILE, line 4: pool shop: health_path: unknown setting of a pool, did you mean health-path\?; a pool has origins, /,
      ),
    ],
    [
      'a word that nobody knows',
      `pools:\n  shop:\n    ${origin}\n    colour: blue`,
      expect.stringMatching(
        /^FILE, line 4: pool shop: colour: unknown setting of a pool; a pool has origins, origin-ca, .*max-running-per-address, max-answer-header$/,
      ),
    ],
    [
      'a default that the list for all makes as well',
      'origins: http://a\npools:\n  default: { origins: "http://b" }\nroutes: [{ pool: default }]',
      'FILE, line 3: pool default: FILE, line 1: origins makes a pool of that name as well; choose another name, or list all its origins here',
    ],
    ['a name twice', `pools:\n  a: { ${origin} }\n  a: { ${origin} }`, 'FILE, line 3: this setting is given twice; keep one'],
    [
      'an alias of nothing',
      'pools:\n  a: { origins: *there }',
      'FILE, line 2: *there begins with *, which is YAML\'s sign for what is named elsewhere; put it in quotes: "*there"',
    ],
    ['an alias of itself', 'pools: &p\n  a: *p', 'FILE, line 2: says too much; an alias (*) may lead back to itself'],
  ])('%s', (_what, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  test.each([
    ['servers', 'origins'],
    ['backend', 'origins'],
    ['algorithm', 'policy'],
    ['health_check', 'health-path'],
    ['max_conns', 'max-connections'],
    ['weight', 'a word behind the URL of an origin, such as http://a:1 weight=3 backup'],
  ])('another balancer’s word %s, which here is %s', (word, here) => {
    const [problem] = problems(`pools:\n  shop:\n    ${origin}\n    ${word}: 1`);
    expect(problem).toBe(`FILE, line 4: pool shop: ${word}: unknown setting of a pool; here that is ${here}`);
  });

  test.each([
    ['upstreams', 'pools'],
    ['backend', 'pools'],
    ['server', 'origins'],
    ['location', 'routes'],
    ['lb_policy', 'policy'],
  ])('another balancer’s word %s at the top, which here is %s', (word, here) => {
    expect(problems(`${word}: 1`)).toEqual([`FILE, line 1: ${word}: unknown setting; here that is ${here}`]);
  });

  test('being too many, also with the one that is listed for all', () => {
    const many = (count: number) => `pools:\n${Array.from({ length: count }, (_, i) => `  p${i}: { ${origin} }\n`).join('')}`;
    const routes = 'routes: [{ pool: p0 }]\n';
    expect(problems(many(65) + routes)).toEqual(['FILE, line 1: pools: there are 65 pools; give 64 at most']);
    expect(problems(many(64) + routes, ['--origins=http://a'])).toEqual(['FILE, line 1: pools: there are 65 pools; give 64 at most']);
    expect(problems(many(64) + routes)).toEqual([]);
  });

  test('having more origins in all than the balancer can keep count of', () => {
    const list = (count: number) => Array.from({ length: count }, (_, i) => `http://a${i}:1`).join(', ');
    const text = (count: number) => `pools:\n  a:\n    origins: ${list(4000)}\n  b:\n    origins: ${list(count)}\nroutes: [{ pool: a }]\n`;
    expect(problems(text(97))).toEqual(['FILE, line 1: pools: 4097 origins are listed in all; list 4096 at most']);
    expect(problems(text(96))).toEqual([]);
  });

  test('an origin that is the balancer itself, each with its line', () => {
    const text =
      'port: 80\npools:\n  a:\n    origins: http://localhost:80\n  b:\n    origins: http://localhost:8090\nroutes: [{ pool: a }]\n';
    expect(problems(text)).toEqual([
      expect.stringMatching(/^FILE, line 4: pool a: origins: localhost:80 is where the balancer itself listens/),
      expect.stringMatching(/^FILE, line 6: pool b: origins: localhost:8090 is the balancer's own admin side/),
    ]);
  });

  test('probes that ask the balancer itself, with the line where the port is given', () => {
    const text = (top: string, own: string) => `${top}\npools:\n  a: { origins: "http://localhost:1"${own} }\n`;
    expect(problems(text('port: 80', ', health-port: 80'))).toEqual([
      expect.stringMatching(
        /^FILE, line 3: pool a: health-port: 80 is where the balancer itself listens \(--port\) on the machine of localhost:1/,
      ),
    ]);
    expect(problems(text('health-port: 8080', ''))).toEqual([
      expect.stringMatching(/^FILE, line 1: health-port: 8080 is where the balancer/),
    ]);
    expect(problems(text('health-port: 8080', ', health-port: 81'))).toEqual([]);
  });
});
