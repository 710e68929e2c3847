import { createServer } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { Program } from '../../../e2e/process.ts';
import { faults } from '../../src/admin/faults.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { ownLedger, ownPool } from '../ledger.ts';
import { deadOrigin, originAt, startOrigin } from '../origins.ts';
import { until } from '../until.ts';
import { portOf, urlOf } from '../wire.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Asks for the faults of the given origins; the clock is a test's to move. */
function askerOf(...origins: Origin[]) {
  let now = 0;
  const pool = ownPool(origins, { maxConnections: 1, slowStart: 0 }, ownLedger(), () => now);
  const app = express().use('/api', faults(pool));
  const ask = async () => (await request(app).get('/api/faults')).body.faults;
  return { app, ask, pool, pass: (ms: number) => (now += ms) };
}

test('says of each origin what is in force there and how many queue, and null of one that can’t be broken or asked', async () => {
  const program = new Program('origin/src/main.ts', ['--port=0']);
  ends.push(() => program.end());
  const broken = originAt(await program.port());
  const stranger = await startOrigin();
  ends.push(stranger.close);
  const dead = deadOrigin();
  const { ask } = askerOf(broken, stranger.origin, dead);
  expect(await ask()).toEqual({ [broken.id]: { fault: null }, [stranger.origin.id]: null, [dead.id]: null });

  const own = (path: string, init?: RequestInit) => fetch(`${broken.url.origin}${path}`, init);
  const fault = { latencyMs: 60_000, capacity: 1, queue: 5 };
  await own('/_origin/fault', { method: 'PUT', body: JSON.stringify(fault), headers: { 'Content-Type': 'application/json' } });
  const held = [own('/'), own('/'), own('/')];
  let said = await ask();
  while (said[broken.id].running + said[broken.id].queued < 3) said = await ask();
  expect(said[broken.id]).toMatchObject({ fault, running: 1, queued: 2 });
  await own('/_origin/fault', { method: 'DELETE' });
  program.signal('SIGKILL');
  await Promise.allSettled(held);
});

test('an origin that has ever let itself be broken counts as such, also while it is gone, and no other does', async () => {
  const program = new Program('origin/src/main.ts', ['--port=0']);
  ends.push(() => program.end());
  const broken = originAt(await program.port());
  const stranger = await startOrigin();
  ends.push(stranger.close);
  const { app } = askerOf(broken, stranger.origin);
  const look = async () => (await request(app).get('/api/faults')).body;
  expect((await look()).breakable).toEqual([broken.id]);
  await program.end();
  expect(await look()).toEqual({ faults: { [broken.id]: null, [stranger.origin.id]: null }, breakable: [broken.id] });
});

test('leaves an origin that had nothing to say alone for 5 s', async () => {
  const stranger = await startOrigin();
  ends.push(stranger.close);
  const { ask, pass } = askerOf(stranger.origin);
  for (const ms of [0, 1, 4998]) {
    pass(ms);
    await ask();
  }
  expect(stranger.requests).toHaveLength(1);
  pass(1);
  await ask();
  expect(stranger.requests).toHaveLength(2);
});

test('asks the first 50 of a long list', async () => {
  const { ask } = askerOf(...Array.from({ length: 60 }, () => deadOrigin()).map((origin, n) => ({ ...origin, id: `o${n}:1` })));
  const asked = Object.keys(await ask());
  expect([asked.length, asked[0], asked[49]]).toEqual([50, 'o0:1', 'o49:1']);
});

test('many who ask at once are one question to each origin', async () => {
  let questions = 0;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const server = createServer(async (_req, res) => {
    questions += 1;
    await released;
    res.end('{"fault":null}');
  });
  await portOf(server);
  ends.push(() => server.close());
  const origin = originAt(await portOf(server));
  const pool = ownPool([origin], { maxConnections: 1, slowStart: 0 }, ownLedger(), () => 0);
  let asked = 0;
  const app = express().use((_req, _res, next) => {
    asked += 1;
    next();
  });
  const admin = createServer(app.use('/api', faults(pool)));
  ends.push(() => admin.close());
  const url = `${await urlOf(admin)}/api/faults`;
  const answers = Array.from({ length: 20 }, async () => (await fetch(url)).json());
  const all = () => asked === 20 && questions > 0;
  await until(all, () => [asked, questions]);
  release();
  for (const answer of await Promise.all(answers))
    expect(answer).toEqual({ faults: { [origin.id]: { fault: null } }, breakable: [origin.id] });
  expect(questions).toBe(1);
});
