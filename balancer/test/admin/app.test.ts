import { expect, test } from '@jest/globals';
import request from 'supertest';
import { createAdmin } from '../../src/admin/app.ts';
import { Pool } from '../../src/pool/pool.ts';
import { originAt } from '../origins.ts';

const admin = (ready: boolean) => createAdmin({ pool: new Pool([originAt(1)], 1), policy: 'round-robin', ready: () => ready });

test('is ready until a stop begins, and alive all along', async () => {
  expect((await request(admin(true)).get('/readyz')).status).toBe(200);
  expect((await request(admin(false)).get('/readyz')).status).toBe(503);
  expect((await request(admin(false)).get('/healthz')).status).toBe(200);
});

test('shows the policy and every origin', async () => {
  const { body } = await request(admin(true)).get('/api/status');
  expect(body).toEqual({ policy: 'round-robin', origins: [{ id: '127.0.0.1:1', url: 'http://127.0.0.1:1', inFlight: 0 }] });
});

test('answers 404 elsewhere and says what there is', async () => {
  const response = await request(admin(true)).get('/nowhere');
  expect(response.status).toBe(404);
  expect(response.text).toContain('/api/status');
});
