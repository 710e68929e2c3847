import { afterEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { AdminSide } from '../../src/admin/admin-side.ts';
import { origins } from '../../src/config/origins.ts';
import { duration, tryRead } from '../../src/config/values.ts';
import { Pools } from '../../src/pools/pools.ts';
import { world } from '../../src/process/world.ts';
import { ownLedger } from '../ledger.ts';
import { deadOrigin, originAt, startOrigin, type TestOrigin } from '../origins.ts';
import { configOf } from '../roads/road.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function origin(...args: Parameters<typeof startOrigin>): Promise<TestOrigin> {
  const started = await startOrigin(...args);
  ends.push(started.close);
  return started;
}

/** The admin side over pools of those names, each of origins at these ports; an origin at port 9 is one that nobody may add. */
function adminOver(listed: Readonly<Record<string, readonly number[]>>, flags: readonly string[] = []) {
  const config = configOf([], { flags }, 1);
  const pools = new Pools(
    { ...config, pools: Object.entries(listed).map(([name, ports]) => ({ name, settings: { ...config, origins: ports.map(originAt) } })) },
    {
      ...{ threads: 1, world, changed: () => {}, cut: () => {}, overridden: () => {} },
      problemWith: ({ url }) => (url.port === '9' ? 'port 9 is the balancer itself' : undefined),
    },
  );
  const notes: string[] = [];
  const side = new AdminSide({
    ...{
      mostTraffic: 10,
      leaks: { found: 0 },
      pools,
      house: ownLedger(),
      now: world.now,
      begun: 0,
      threads: 1,
      version: '1',
      host: '*',
      port: () => 8080,
    },
    server: { ask: () => [] as never, settled: async () => [] },
    choosePolicy: async ({ number }, name) => {
      pools.numbered(number)?.choosePolicy(name);
      return undefined;
    },
    read: { origins: (list) => tryRead(origins, list), duration: (text) => tryRead(duration, text) },
    ...{ routes: () => [], unready: () => undefined, note: (message: string) => notes.push(message) },
    access: () => ({ tokenHash: undefined, host: 'lb' }),
  });
  ends.push(
    () => side.end(),
    () => pools.stop(),
  );
  const pool = (name: string) => {
    const kept = pools.named(name);
    if (!kept) throw new Error(`there is no pool ${name}`);
    return kept;
  };
  return { app: side.app, pool, notes };
}

const both = { shop: [1, 2], api: [1, 3] };

test('all pools are shown, each with its policy and its origins, and one by its name', async () => {
  const { app, pool } = adminOver(both);
  pool('api').choosePolicy('random');
  const { body: status } = await request(app).get('/api/status');
  expect([status.policy, status.origins.map((origin: { pool: string; id: string }) => `${origin.pool} ${origin.id}`)]).toEqual([
    '',
    ['shop 127.0.0.1:1', 'shop 127.0.0.1:2', 'api 127.0.0.1:1', 'api 127.0.0.1:3'],
  ]);
  const { body } = await request(app).get('/api/pools');
  expect(body.pools.map((one: { name: string; policy: string }) => [one.name, one.policy])).toEqual([
    ['shop', 'round-robin'],
    ['api', 'random'],
  ]);
  const { body: api } = await request(app).get('/api/pools/api');
  expect([api.name, api.origins.length, api.pausedMs, api.isDeploying]).toEqual(['api', 2, 0, false]);
});

test.each([
  ['PUT', '/api/policy'],
  ['POST', '/api/origins/127.0.0.1:1/drain'],
  ['GET', '/api/faults'],
  ['POST', '/api/deploy'],
  ['POST', '/api/pause'],
  ['POST', '/api/resume'],
])('%s %s means nobody where there are several pools, and is told their names', async (method, path) => {
  const answer = await request(adminOver(both).app)[method.toLowerCase() as 'get'](path);
  const error = `there are several pools, shop, api; say which, as in /api/pools/shop${path.slice('/api'.length)}`;
  expect([answer.status, answer.body]).toEqual([409, { error }]);
});

test('a pool that is not there is a 404 with the names of those that are', async () => {
  const answer = await request(adminOver(both).app).put('/api/pools/shp/policy').send({ name: 'random' });
  expect([answer.status, answer.body]).toEqual([404, { error: 'there is no pool shp; there are shop, api' }]);
});

test('what is done in one pool is done in that one only', async () => {
  const { app, pool } = adminOver(both);
  expect((await request(app).put('/api/pools/shop/policy').send({ name: 'random' })).body).toEqual({ policy: 'random' });
  expect((await request(app).post('/api/pools/shop/origins/127.0.0.1:1/drain')).body).toMatchObject({ pool: 'shop', state: 'drained' });
  expect([pool('api').policyName, pool('api').roster.members[0]?.state]).toEqual(['round-robin', 'ready']);
});

test('an origin that is added may want to be told whom connections are for, by one of two versions', async () => {
  const { app } = adminOver(both);
  const added = await request(app).post('/api/pools/shop/origins').send({ url: 'http://127.0.0.1:5', proxyProtocol: 'v2' });
  expect([added.status, added.body]).toMatchObject([201, { id: '127.0.0.1:5', weight: 1, proxyProtocol: 'v2' }]);
  const wrong = await request(app).post('/api/pools/shop/origins').send({ url: 'http://127.0.0.1:6', proxyProtocol: 2 });
  expect([wrong.status, wrong.body.problems]).toEqual([
    400,
    [expect.stringMatching(/^proxyProtocol: 2 is wrong; give "v1" or "v2", where/)],
  ]);
});

test('an origin is added, changed and removed, and what came by hand says so', async () => {
  const { app, pool } = adminOver(both);
  const added = await request(app).post('/api/pools/shop/origins').send({ url: 'http://127.0.0.1:5', weight: 2, backup: true });
  expect([added.status, added.body]).toMatchObject([
    201,
    { id: '127.0.0.1:5', weight: 2, backup: true, state: 'starting', source: 'hand' },
  ]);
  const changed = await request(app).patch('/api/pools/shop/origins/127.0.0.1:1').send({ weight: 7 });
  expect([changed.status, changed.body]).toMatchObject([200, { id: '127.0.0.1:1', weight: 7, backup: false, source: 'hand' }]);
  const removed = await request(app).delete('/api/pools/shop/origins/127.0.0.1:2');
  expect([removed.status, removed.body]).toEqual([200, { id: '127.0.0.1:2', isGone: true }]);
  expect(pool('shop').roster.members.map(({ origin }) => origin.id)).toEqual(['127.0.0.1:1', '127.0.0.1:5']);
  expect(pool('api').roster.members.length).toBe(2);
});

test.each<[string, 'post' | 'patch' | 'delete', string, object, number, object]>([
  ['no URL', 'post', '/origins', {}, 400, { problems: ['url: missing; give the URL of an origin, such as "http://localhost:8081"'] }],
  [
    'two URLs in one',
    'post',
    '/origins',
    { url: 'http://a:1, http://b:2' },
    400,
    { problems: ['url: "http://a:1, http://b:2" is wrong; give the URL of an origin, such as "http://localhost:8081"'] },
  ],
  [
    'what is no URL',
    'post',
    '/origins',
    { url: 'localhost' },
    400,
    { problems: ['"localhost" is not an http://, https://, h2c:// or h2:// URL; give one such as http://localhost:8081'] },
  ],
  [
    'too much weight',
    'patch',
    '/origins/127.0.0.1:1',
    { weight: 1001 },
    400,
    { problems: ['weight: 1001 is wrong; give a whole number from 0 to 1000'] },
  ],
  ['one twice', 'post', '/origins', { url: 'http://127.0.0.1:1' }, 400, { error: '127.0.0.1:1 is listed twice; list each origin once' }],
  ['the balancer itself', 'post', '/origins', { url: 'http://127.0.0.1:9' }, 400, { error: 'port 9 is the balancer itself' }],
  ['nobody', 'delete', '/origins/127.0.0.1:7', {}, 404, { error: 'there is no origin 127.0.0.1:7; there are 127.0.0.1:1, 127.0.0.1:2' }],
  [
    'no list',
    'post',
    '/deploy',
    {},
    400,
    { problems: ['origins: missing; give a list of origins, such as ["http://localhost:8081 weight=2"]'] },
  ],
  [
    'a wrong word in a list',
    'post',
    '/deploy',
    { origins: ['http://a:1 wight=2'] },
    400,
    { problems: ['a:1 has the word "wight=2"; behind a URL there may be weight=N, backup and proxy-protocol=v1 or v2'] },
  ],
  [
    'a timeout without a unit',
    'post',
    '/deploy',
    { origins: ['http://a:1'], timeout: '60' },
    400,
    { problems: ['"60" is not a duration; give a number above 0 with a unit, such as 250ms, 2s or 1m'] },
  ],
  ['no length', 'post', '/pause', {}, 400, { problems: ['for: missing; give how long at most, as in {"for":"30s"}'] }],
])('%s is refused in words, and changes nothing', async (_what, method, path, sent, status, body) => {
  const { app, pool } = adminOver(both);
  const answer = await request(app)[method](`/api/pools/shop${path}`).send(sent);
  expect([answer.status, answer.body]).toMatchObject([status, body]);
  expect(pool('shop').roster.members.map(({ origin: { id, weight } }) => [id, weight])).toEqual([
    ['127.0.0.1:1', 1],
    ['127.0.0.1:2', 1],
  ]);
});

test('a pause says how long it goes on, and is over when that is said', async () => {
  const { app, pool } = adminOver(both);
  expect((await request(app).post('/api/pools/shop/pause').send({ for: '30s' })).body).toEqual({ pausedMs: 30_000 });
  const { body } = await request(app).get('/api/pools/shop');
  expect(body.pausedMs).toBeGreaterThan(20_000);
  expect([pool('shop').ledger.pausedUntil > 0, pool('api').ledger.pausedUntil]).toEqual([true, 0]);
  expect((await request(app).post('/api/pools/shop/resume')).body).toEqual({ pausedMs: 0 });
  expect(pool('shop').ledger.pausedUntil).toBe(0);
});

test('a deploy is answered when it is done, in the log as well; meanwhile no other one begins', async () => {
  const { app, pool, notes } = adminOver(both, ['--health-path=/well']);
  const probed = Promise.withResolvers<() => void>();
  const [slow, quick] = await Promise.all([origin((_req, res) => probed.resolve(() => res.end())), origin()]);
  const url = ({ port }: TestOrigin) => `http://127.0.0.1:${port}`;
  const deploy = request(app)
    .post('/api/pools/shop/deploy')
    .send({ origins: [`${url(slow)} weight=2`, url(quick)] })
    .then((answer) => answer);
  const answerWell = await probed.promise;
  const second = await request(app)
    .post('/api/pools/shop/deploy')
    .send({ origins: ['http://127.0.0.1:6'] });
  expect([second.status, second.body]).toEqual([409, { error: 'a deploy is under way in this pool; wait until it is over' }]);
  expect((await request(app).get('/api/pools/shop')).body.isDeploying).toBe(true);
  answerWell();
  const ids = [slow, quick].map(({ port }) => `127.0.0.1:${port}`);
  expect((await deploy).body).toEqual({ origins: ids, stillThere: [] });
  expect(pool('shop').roster.members.map(({ origin: { id, weight } }) => [id, weight])).toEqual([
    [ids[0], 2],
    [ids[1], 1],
  ]);
  expect(notes).toEqual(expect.arrayContaining([`deploy in pool shop begins: ${ids.join(', ')}`, 'deploy in pool shop is done']));
});

test('a deploy of what does not become well is a 409 that says who and why', async () => {
  const { app, pool } = adminOver(both);
  const { port } = deadOrigin().url;
  const { status, body } = await request(app)
    .post('/api/pools/shop/deploy')
    .send({ origins: [`http://127.0.0.1:${port}`], timeout: '300ms' });
  const error = `nothing has changed: not all are well after 300 ms: 127.0.0.1:${port} \\(.*\\)`;
  expect([status, body.error]).toEqual([409, expect.stringMatching(new RegExp(`^${error}$`))]);
  expect(pool('shop').roster.members.length).toBe(2);
});
