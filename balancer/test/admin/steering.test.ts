import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { OriginReport } from '../../src/admin/api.ts';
import { answerErrors } from '../../src/admin/errors.ts';
import { steering } from '../../src/admin/steering.ts';
import type { Pool } from '../../src/brain/pool/pool.ts';
import { type OwnPool, ownLedger, ownPool } from '../ledger.ts';
import { originAt } from '../origins.ts';

/** The router over two origins; `settle` is done while an answer waits for all threads to follow. */
function steered(settle: (pool: OwnPool) => readonly number[]) {
  const pool = ownPool([originAt(1), originAt(2)], { maxConnections: 1, slowStart: 0 }, ownLedger(), () => 0);
  const reportOf = (id: string) => pool.status().find((origin) => origin.id === id) as OriginReport | undefined;
  const settled = async () => settle(pool);
  const router = steering({ roster: pool.roster, reportOf, settled, policy: () => 'first', choosePolicy: async () => undefined });
  const notes: string[] = [];
  return {
    pool,
    notes,
    app: express().use(
      router,
      answerErrors((note) => notes.push(note)),
    ),
  };
}

test('an origin is steered before all threads follow, and the answer is how it stands when they have', async () => {
  const states: (string | undefined)[] = [];
  const { app, pool } = steered((changed) => {
    states.push(changed.status()[0]?.state);
    held.release();
    return [];
  });
  const held = pool.lease(pool.candidates([])[0] as ReturnType<Pool['candidates']>[number]);
  const { body } = await request(app).post('/origins/127.0.0.1:1/drain');
  expect([states, body.state]).toEqual([['draining'], 'drained']);
});

test('an origin that leaves the list before all threads follow is a 404', async () => {
  const { app, notes } = steered((pool) => {
    pool.roster.replace([originAt(2)]);
    return [];
  });
  const { status, body } = await request(app).post('/origins/127.0.0.1:1/drain');
  expect([status, body]).toEqual([404, { error: 'there is no origin 127.0.0.1:1; there are 127.0.0.1:2' }]);
  expect(notes).toEqual([]);
});

test('a change that some threads don’t answer to says which', async () => {
  const { app } = steered(() => [1]);
  expect((await request(app).put('/policy').send({ name: 'first' })).body).toEqual({ policy: 'first', notYetIn: [1] });
  expect((await request(app).post('/origins/127.0.0.1:1/drain')).body).toMatchObject({ id: '127.0.0.1:1', notYetIn: [1] });
});
