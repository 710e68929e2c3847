import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { Program } from '../../../e2e/process.ts';
import { dial } from '../../src/admin/dial.ts';
import { answerErrors } from '../../src/admin/errors.ts';
import type { Origin } from '../../src/pool/origin.ts';
import { Pool } from '../../src/pool/pool.ts';
import { ownLedger } from '../ledger.ts';
import { deadOrigin, originAt, startOrigin } from '../origins.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function dialTo(origin: Origin) {
  const pool = new Pool([origin], { maxConnections: 9, slowStart: 0 }, ownLedger(), () => 0);
  const app = express()
    .use('/api', dial(pool))
    .use(answerErrors(() => {}));
  return { app, path: `/api/origins/${encodeURIComponent(origin.id)}` };
}

/** The dial of an origin that is no origin of ours. */
async function dialToStranger(handler: RequestListener) {
  const stranger = await startOrigin(handler);
  ends.push(stranger.close);
  return dialTo(stranger.origin);
}

test('a fault is set, shown and ended at a real origin, whose word it is what is wrong with one', async () => {
  const program = new Program('origin/src/main.ts', ['--port', '0']);
  ends.push(() => program.end());
  const { app, path } = dialTo(originAt(await program.port()));
  const set = await request(app).put(`${path}/fault`).send({ latencyMs: 5 });
  expect([set.status, set.body.fault.latencyMs]).toEqual([200, 5]);
  expect((await request(app).get(`${path}/fault`)).body.fault.latencyMs).toBe(5);
  const refused = await request(app).put(`${path}/fault`).send({ latency: 5 });
  expect([refused.status, refused.body.problems[0]]).toEqual([400, expect.stringMatching(/^latency: unknown key/)]);
  expect((await request(app).delete(`${path}/fault`)).body).toEqual({ fault: null });
  expect((await request(app).put(`${path}/health`).send({ status: 503 })).body.status).toBe(503);
  expect((await request(app).delete(`${path}/health`)).body).toEqual({ status: 200 });
  const crashed = await request(app).post(`${path}/crash`);
  expect([crashed.status, crashed.body.said]).toEqual([200, expect.stringContaining('crashes')]);
  expect(await program.status()).toBe(1);
});

describe('what can not be asked is said in words:', () => {
  test('an origin that is not there', async () => {
    const { app } = dialTo(deadOrigin());
    const response = await request(app).get('/api/origins/nobody/fault');
    expect([response.status, response.body.error]).toEqual([404, 'there is no origin nobody']);
  });

  test('one that refuses connections', async () => {
    const dead = deadOrigin();
    const { app, path } = dialTo(dead);
    const response = await request(app).get(`${path}/fault`);
    expect([response.status, response.body.error]).toEqual([502, `${dead.id} can not be asked (ECONNREFUSED)`]);
  });

  test.each<[string, RequestListener, string]>([
    ['has no dial', (_req, res) => res.writeHead(404).end('nothing'), 'has no /_origin/fault: it answers 404'],
    [
      'leads elsewhere',
      (_req, res) => res.writeHead(302, { location: 'http://localhost:1/' }).end(),
      'has no /_origin/fault: it answers 302',
    ],
    [
      'says too much',
      (_req, res) => res.setHeader('content-type', 'application/json').end('x'.repeat(70_000)),
      'says more than is passed on',
    ],
    ['says no JSON', (_req, res) => res.setHeader('content-type', 'application/json').end('{'), 'answers no JSON'],
    ['breaks off', (_req, res) => res.socket?.destroy(), 'can not be asked (UND_ERR_SOCKET)'],
    ['says nothing', () => {}, 'does not answer within 2 s'],
  ])('one that %s', async (_what, handler, problem) => {
    const { app, path } = await dialToStranger(handler);
    const response = await request(app).get(`${path}/fault`);
    expect([response.status, response.body.error]).toEqual([502, expect.stringContaining(problem)]);
  });
});
