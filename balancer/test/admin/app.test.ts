import { afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { AdminSide } from '../../src/admin/admin-side.ts';
import type { ShownPool } from '../../src/admin/shown-pool.ts';
import { policies } from '../../src/brain/select/policies.ts';
import { origins } from '../../src/config/origins.ts';
import { duration, tryRead } from '../../src/config/values.ts';
import { Pools } from '../../src/pools/pools.ts';
import { world } from '../../src/process/world.ts';
import { ownLedger } from '../ledger.ts';
import { originAt } from '../origins.ts';
import { configOf } from '../roads/road.ts';

const sides: AdminSide[] = [];
afterEach(() => {
  for (const side of sides.splice(0)) side.end();
});

/** The admin side over one pool of origins at the given ports, and a clock that a test can move. */
function adminOver(ports: number[], unready?: string) {
  let time = 0;
  const now = () => time;
  const house = ownLedger();
  const pools = new Pools(
    { ...configOf(ports.map(originAt), { maxConnections: 1 }, 1), slowStart: 0 },
    { threads: 1, world: { ...world, now }, changed: () => {}, cut: () => {}, problemWith: () => undefined, overridden: () => {} },
  );
  const [kept] = pools.all;
  if (!kept) throw new Error('there is no pool');
  const server = { ask: () => [] as never, settled: async () => [] };
  const choosePolicy = async (_pool: ShownPool, name: string) => {
    if (name === 'nonsense') return 'there is no such policy';
    kept.choosePolicy(name);
    return undefined;
  };
  const side = new AdminSide({
    mostTraffic: 10,
    leaks: { found: 0 },
    ...{ pools, routes: () => [], house, now, begun: 0, server, threads: 1, version: '1.2.3', choosePolicy },
    read: { origins: (list) => tryRead(origins, list), duration: (text) => tryRead(duration, text) },
    ...{ host: '*', port: () => 8080, unready: () => unready, note: () => {}, access: () => ({ tokenHash: undefined, host: 'lb' }) },
  });
  sides.push(side);
  return { pool: kept.pool, roster: kept.roster, ledger: kept.ledger, house, app: side.app, pass: (ms: number) => (time += ms) };
}

test('is ready unless there is a reason to wait, which it gives, and alive all along', async () => {
  const ready = await request(adminOver([1]).app).get('/readyz');
  expect([ready.status, ready.text]).toEqual([200, 'ready\n']);
  const stopping = await request(adminOver([1], 'stopping').app).get('/readyz');
  expect([stopping.status, stopping.text]).toEqual([503, 'stopping\n']);
  expect((await request(adminOver([1], 'stopping').app).get('/healthz')).status).toBe(200);
});

test('shows the policy, the counts, and of every origin how it stands, since when and why, and what it did', async () => {
  const { pool, roster, ledger, house, app, pass } = adminOver([1, 2]);
  const [first] = pool.candidates([]);
  if (!first) throw new Error('there is no candidate');
  const { tally } = pool.lease(first);
  tally.picked(3);
  tally.ended('5xx');
  tally.leftBehind();
  tally.took(100);
  house.connect(3);
  ledger.enter(2);
  house.tunnel(1);
  roster.setHealth(originAt(2), 'down', '3 of 3 probes failed, ECONNREFUSED', true);
  pass(12_000);
  const { body } = await request(app).get('/api/status');
  const nothing = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, connectErrors: 0, timeouts: 0, broken: 0, clientLeft: 0 };
  const fresh = {
    pool: 'default',
    source: 'file',
    weight: 1,
    effectiveWeight: 1,
    backup: false,
    proxyProtocol: null,
    forMs: 12_000,
    latencyMs: 0,
    lastTurn: 0,
    credit: 0,
    probes: [],
  };
  expect(body).toEqual({
    ...{
      version: '1.2.3',
      policy: 'round-robin',
      policies: Object.keys(policies),
      threads: 1,
      port: 8080,
      upMs: 12_000,
      isDemo: false,
      isReadonly: false,
    },
    ...{ clients: 3, running: 2, waiting: 0, tunnels: 1 },
    pools: [{ name: 'default', policy: 'round-robin', running: 2, waiting: 0, pausedMs: 0, isDeploying: false }],
    routes: [],
    origins: [
      {
        ...{ ...fresh, id: '127.0.0.1:1', url: 'http://127.0.0.1:1', state: 'ready', reason: 'not probed yet' },
        ...{
          summary: 'ready 12 s: not probed yet',
          inFlight: 1,
          tunnels: 0,
          picks: 1,
          expectedShare: 0,
          outcomes: { ...nothing, '5xx': 1 },
          retriesAway: 1,
        },
        recent: { seconds: 12, n: 1, perSecond: 1 / 12, p50: 100, p95: 100, p99: 100 },
      },
      {
        ...{ ...fresh, id: '127.0.0.1:2', url: 'http://127.0.0.1:2', state: 'down', reason: '3 of 3 probes failed, ECONNREFUSED' },
        ...{
          summary: 'down 12 s: 3 of 3 probes failed, ECONNREFUSED',
          inFlight: 0,
          tunnels: 0,
          picks: 0,
          expectedShare: 0,
          outcomes: nothing,
        },
        ...{ retriesAway: 0, recent: { seconds: 12, n: 0, perSecond: 0, p50: null, p95: null, p99: null } },
      },
    ],
  });
});

describe('an origin', () => {
  test('is drained and enabled, and the answer says how it stands', async () => {
    const { app } = adminOver([1, 2]);
    const drained = await request(app).post('/api/origins/127.0.0.1:1/drain');
    expect([drained.status, drained.body.state]).toEqual([200, 'drained']);
    const enabled = await request(app).post('/api/origins/127.0.0.1:1/enable');
    expect([enabled.status, enabled.body.state]).toEqual([200, 'ready']);
  });

  test('is not drained if it is the last', async () => {
    const { app, pool } = adminOver([1, 2]);
    await request(app).post('/api/origins/127.0.0.1:1/drain');
    const refused = await request(app).post('/api/origins/127.0.0.1:2/drain');
    expect([refused.status, refused.body.error]).toEqual([409, expect.stringContaining('127.0.0.1:2 is the last origin')]);
    expect(pool.status().map(({ state }) => state)).toEqual(['drained', 'ready']);
  });

  test('that does not exist is a 404 that names those that do', async () => {
    const response = await request(adminOver([1, 2]).app).post('/api/origins/x/drain');
    expect([response.status, response.body.error]).toEqual([404, 'there is no origin x; there are 127.0.0.1:1, 127.0.0.1:2']);
  });

  test('is not steered by a page of another site', async () => {
    const { app, pool } = adminOver([1, 2]);
    const post = (origin: string) => request(app).post('/api/origins/127.0.0.1:1/drain').set('Host', 'lb:8090').set('Origin', origin);
    for (const origin of ['https://evil.example', 'null', 'http://lb:8091']) expect((await post(origin)).status).toBe(403);
    expect(pool.status()[0]?.state).toBe('ready');
    expect((await post('http://lb:8090')).status).toBe(200);
  });

  test('with an id that can’t be read is a 400', async () => {
    expect((await request(adminOver([1]).app).post('/api/origins/%/drain')).status).toBe(400);
  });
});

describe('the policy', () => {
  test('is switched by name', async () => {
    const { app } = adminOver([1]);
    const switched = await request(app).put('/api/policy').send({ name: 'random' });
    expect([switched.status, switched.body]).toEqual([200, { policy: 'random' }]);
    expect((await request(app).get('/api/status')).body.policy).toBe('random');
  });

  test.each([
    ['none', {}, ['name: missing; give the name of a policy, as in {"name":"least-requests"}']],
    ['more than a name', { name: 'random', seed: 1 }, ['seed: unknown key; the only key is name']],
    ['no text', { name: 1 }, ['name: 1 is wrong; give the name of a policy, as in {"name":"least-requests"}']],
    ['no object', 'null', ['the body is no JSON object; the only key is name']],
    ['a list', '[]', ['the body is no JSON object; the only key is name']],
    ['a prototype', '{"name":"random","__proto__":{"name":"x"}}', ['__proto__: unknown key; the only key is name']],
  ])('stays where %s is given', async (_what, body, problems) => {
    const { app } = adminOver([1]);
    const refused = await request(app).put('/api/policy').set('Content-Type', 'application/json').send(body);
    expect([refused.status, refused.body]).toEqual([400, { error: 'this can not be done; nothing has changed', problems }]);
    expect((await request(app).get('/api/status')).body.policy).toBe('round-robin');
  });

  test.each([
    ['an unknown one', { name: 'nonsense' }, 400, 'there is no such policy'],
    ['no JSON', '{"name":', 400, 'the body is no JSON'],
    ['a body longer than 4 KiB', { name: 'x'.repeat(4096) }, 413, 'the body is longer than 4096 bytes'],
  ])('stays where %s is given', async (_what, body, status, error) => {
    const { app } = adminOver([1]);
    const refused = await request(app).put('/api/policy').set('Content-Type', 'application/json').send(body);
    expect([refused.status, refused.body]).toEqual([status, { error }]);
    expect((await request(app).get('/api/status')).body.policy).toBe('round-robin');
  });

  test('is not switched by a page of another site', async () => {
    const refused = await request(adminOver([1]).app)
      .put('/api/policy')
      .set('Origin', 'https://evil.example')
      .send({ name: 'random' });
    expect(refused.status).toBe(403);
  });
});

test('answers 404 elsewhere and says what there is', async () => {
  const response = await request(adminOver([1]).app).get('/nowhere');
  expect(response.status).toBe(404);
  expect(response.text).toContain('/api/status');
});
