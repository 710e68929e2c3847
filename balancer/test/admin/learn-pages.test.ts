import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { learnPages } from '../../src/admin/learn-pages.ts';

const app = express().use(learnPages());

test('serves the course under /learn/, behind the same shields as the dashboard', async () => {
  const { status, headers, text } = await request(app).get('/learn/');
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
  expect(text).toContain('<h1>Load balancing, explained</h1>');
  expect(headers['content-security-policy']).toContain("worker-src 'self'");
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

test('tells the pages that a balancer is near', async () => {
  expect((await request(app).get('/learn/index.html')).text).toContain('<meta name="lb-live" content="/api">');
});

test('leads to the folder, as relative links need it', async () => {
  const { status, headers } = await request(app).get('/learn');
  expect([status, headers['location']]).toEqual([302, '/learn/']);
});

test('answers with 304 who has a file, and gzips for who can read that', async () => {
  const { headers } = await request(app).get('/learn/style.css').set('Accept-Encoding', 'gzip');
  expect(headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8', 'content-encoding': 'gzip' });
  const again = await request(app).get('/learn/style.css').set('If-None-Match', String(headers['etag']));
  expect(again.status).toBe(304);
});

test.each(['/learn/nothing', '/learn/../admin/app.ts', '/learn/%2e%2e/package.json', '/learn/code/balancer/src/main.js'])(
  'serves nothing else: %s',
  async (path) => {
    expect((await request(app).get(path)).status).toBe(404);
  },
);

test('is only read', async () => {
  expect((await request(app).post('/learn/')).status).toBe(404);
  expect((await request(app).head('/learn/')).status).toBe(200);
});
