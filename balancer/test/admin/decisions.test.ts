import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type Ask, decisions } from '../../src/admin/decisions.ts';
import type { Question } from '../../src/brain/story/desk.ts';

/** The router, and what it has asked. */
function adminThatAsks(answer: unknown) {
  const asked: Question[] = [];
  const ask: Ask = (question) => {
    asked.push(question);
    return answer as never;
  };
  return { app: express().use('/api', decisions(ask)), asked };
}

describe('the list of decisions', () => {
  test('shows the latest hundred', async () => {
    const { app, asked } = adminThatAsks([{ id: 'a' }]);
    const response = await request(app).get('/api/decisions');
    expect([response.status, response.body]).toEqual([200, { decisions: [{ id: 'a' }] }]);
    expect(asked).toEqual([{ about: 'list', query: { limit: 100 } }]);
  });

  test('can be limited', async () => {
    const { app, asked } = adminThatAsks([]);
    await request(app).get('/api/decisions?limit=7&pool=shop&origin=a%3A1&status=5xx');
    expect(asked).toEqual([{ about: 'list', query: { limit: 7, pool: 'shop', origin: 'a:1', status: '5xx' } }]);
  });

  test.each(['limit=1', 'limit=1000', 'status=100', 'status=599'])('may be asked for with %s', async (query) => {
    const { app, asked } = adminThatAsks([]);
    expect((await request(app).get(`/api/decisions?${query}`)).status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['limit=0', 'limit: give a whole number from 1 to 1000'],
    ['limit=1001', 'limit: give a whole number from 1 to 1000'],
    ['limit=-1', 'limit: give a whole number from 1 to 1000'],
    ['limit=1&limit=2', 'limit: give a whole number from 1 to 1000'],
    ['limit=', 'limit: give a whole number from 1 to 1000'],
    ['limit=1e2', 'limit: give a whole number from 1 to 1000'],
    ['limit=1.5', 'limit: give a whole number from 1 to 1000'],
    ['origin=a&origin=b', 'origin: give the id of an origin, such as localhost:8081'],
    ['status=x503', 'status: give a status such as 503, or a class such as 5xx'],
    ['origin=', 'origin: give the id of an origin, such as localhost:8081'],
    ['pool=Shop', 'pool: give the name of a pool'],
    ['status=600', 'status: give a status such as 503, or a class such as 5xx'],
    ['status=5xxx', 'status: give a status such as 503, or a class such as 5xx'],
    ['first=1', 'first: unknown; there are limit, pool, origin, status'],
    ['toString=1', 'toString: unknown; there are limit, pool, origin, status'],
  ])('with %s is refused', async (query, problem) => {
    const { app, asked } = adminThatAsks([]);
    const response = await request(app).get(`/api/decisions?${query}`);
    expect([response.status, response.body.problems]).toEqual([400, [problem]]);
    expect(asked).toEqual([]);
  });

  test('with an id that is too long or a long name that is unknown is refused', async () => {
    const { app } = adminThatAsks([]);
    const response = await request(app).get(`/api/decisions?origin=${'o'.repeat(301)}&${'n'.repeat(101)}=1`);
    expect(response.body.problems).toEqual([
      'origin: give the id of an origin, such as localhost:8081',
      `${'n'.repeat(100)}: unknown; there are limit, pool, origin, status`,
    ]);
  });
});

test('one decision is shown by its id, which may be anything', async () => {
  const { app, asked } = adminThatAsks({ id: 'a/b?' });
  const response = await request(app).get('/api/decisions/a%2Fb%3F');
  expect([response.status, response.body]).toEqual([200, { id: 'a/b?' }]);
  expect(asked).toEqual([{ about: 'one', id: 'a/b?' }]);
});

test('one that is not remembered is a 404 that says where to look', async () => {
  const response = await request(adminThatAsks(undefined).app).get('/api/decisions/gone');
  expect([response.status, response.body.error]).toEqual([
    404,
    'no decision about gone is remembered; /api/decisions lists those that are',
  ]);
  const long = await request(adminThatAsks(undefined).app).get(`/api/decisions/${'x'.repeat(129)}`);
  expect(long.body.error).toMatch(/^no decision about x{128} is remembered/);
});

describe('the latest decision', () => {
  /** What is told of the latest, where these are listed and only those with a `why` are still remembered. */
  async function latest(listed: readonly { readonly id: string; readonly why?: string }[]) {
    const ask: Ask = (question) => {
      if (question.about === 'list') return listed.slice(0, question.query.limit) as never;
      return listed.find(({ id, why }) => why && question.about === 'one' && id === question.id) as never;
    };
    const { status, body } = await request(express().use('/api', decisions(ask))).get('/api/latest-decision');
    return [status, body];
  }

  test('is told whole', async () => {
    const list = [
      { id: 'b', why: 'its turn' },
      { id: 'a', why: 'first' },
    ];
    expect(await latest(list)).toEqual([200, { id: 'b', why: 'its turn' }]);
  });

  test('can be asked for in one pool, and in no other way', async () => {
    const { app, asked } = adminThatAsks([]);
    await request(app).get('/api/latest-decision?pool=shop');
    expect(asked[0]).toEqual({ about: 'list', query: { limit: 1, pool: 'shop' } });
    const { status, body } = await request(app).get('/api/latest-decision?limit=2');
    expect([status, body.problems]).toEqual([400, ['limit: unknown; there is pool']]);
  });

  test('is null before the first, and where it has been forgotten meanwhile', async () => {
    expect([await latest([]), await latest([{ id: 'b' }])]).toEqual([
      [200, null],
      [200, null],
    ]);
  });
});
