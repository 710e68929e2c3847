import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createAdmin } from '../../src/admin/app.ts';
import { Pool } from '../../src/pool/pool.ts';
import { ownLedger } from '../ledger.ts';
import { originAt } from '../origins.ts';

function adminOver(ports: number[], unready?: string) {
  let now = 0;
  const pool = new Pool(ports.map(originAt), { maxConnections: 1, slowStart: 0 }, ownLedger(), () => now);
  let policy = 'round-robin';
  const choosePolicy = (name: string) => {
    if (name === 'nonsense') return 'there is no such policy';
    policy = name;
    return undefined;
  };
  const app = createAdmin({ ask: () => [] as never, pool, policy: () => policy, choosePolicy, unready: () => unready, note: () => {} });
  return { pool, app, pass: (ms: number) => (now += ms) };
}

test('is ready unless there is a reason to wait, which it gives, and alive all along', async () => {
  const ready = await request(adminOver([1]).app).get('/readyz');
  expect([ready.status, ready.text]).toEqual([200, 'ready\n']);
  const stopping = await request(adminOver([1], 'stopping').app).get('/readyz');
  expect([stopping.status, stopping.text]).toEqual([503, 'stopping\n']);
  expect((await request(adminOver([1], 'stopping').app).get('/healthz')).status).toBe(200);
});

test('shows the policy, and of every origin how it stands, since when and why', async () => {
  const { pool, app, pass } = adminOver([1, 2]);
  pool.roster.setHealth(originAt(2), 'down', '3 of 3 probes failed, ECONNREFUSED', true);
  pass(12_000);
  const { body } = await request(app).get('/api/status');
  const origin = { weight: 1, effectiveWeight: 1, backup: false, inFlight: 0, forMs: 12_000 };
  expect(body).toEqual({
    policy: 'round-robin',
    origins: [
      {
        ...{ id: '127.0.0.1:1', url: 'http://127.0.0.1:1', state: 'ready', reason: 'not probed yet' },
        ...{ summary: 'ready 12 s: not probed yet', ...origin },
      },
      {
        ...{ id: '127.0.0.1:2', url: 'http://127.0.0.1:2', state: 'down', reason: '3 of 3 probes failed, ECONNREFUSED' },
        ...{ summary: 'down 12 s: 3 of 3 probes failed, ECONNREFUSED', ...origin },
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
    ['an unknown one', { name: 'nonsense' }, 'there is no such policy'],
    ['none', {}, 'give JSON such as {"name":"least-requests"}, and nothing else'],
    ['more than a name', { name: 'random', seed: 1 }, 'give JSON such as {"name":"least-requests"}, and nothing else'],
    ['no text', { name: 1 }, 'give JSON such as {"name":"least-requests"}, and nothing else'],
    ['no object', 'null', 'give JSON such as {"name":"least-requests"}, and nothing else'],
    ['no JSON', '{"name":', 'the body is no JSON of at most 1024 bytes'],
    ['too much', { name: 'x'.repeat(2000) }, 'the body is no JSON of at most 1024 bytes'],
  ])('stays where %s is given', async (_what, body, error) => {
    const { app } = adminOver([1]);
    const refused = await request(app).put('/api/policy').set('Content-Type', 'application/json').send(body);
    expect([refused.status, refused.body]).toEqual([400, { error }]);
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
