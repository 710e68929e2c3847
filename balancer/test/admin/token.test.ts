import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerTo, guarded, statusOf } from './guarded.ts';

const token = 'correct-horse-battery';
const host = 'Host: lb.example';
const bearer = `Authorization: Bearer ${token}`;
let server: Server;
beforeEach(() => {
  server = guarded({ tokenHash: createHash('sha256').update(token).digest('hex') });
});
afterEach(() => void server.close());

describe('where there is a token', () => {
  test.each(['/api/status', '/API/Status', '/api/', '/api', '/api/nowhere', '/metrics', '/Metrics/', 'http://lb.example/api/status'])(
    '%s asks for it',
    async (target) => {
      expect(await statusOf(server, `GET ${target} HTTP/1.1`, host)).toBe(401);
      expect(await statusOf(server, `GET ${target} HTTP/1.1`, host, bearer)).toBe(200);
    },
  );

  test.each(['/', '/style.css', '/apis', '/healthz', '/readyz'])('%s does not', async (path) => {
    expect(await statusOf(server, `GET ${path} HTTP/1.1`, host)).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'])('%s asks for it as well', async (method) => {
    expect(await statusOf(server, `${method} /api/status HTTP/1.1`, host)).toBe(401);
    expect(await statusOf(server, `${method} /api/status HTTP/1.1`, host, bearer)).toBe(200);
  });

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer wrong-horse-battery',
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Bearer ${token} ${token}`,
    `Bearer ${token.toUpperCase()}`,
    `Basic ${token}`,
    `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
    token,
    `Bearer${token}`,
    `Bearer ${createHash('sha256').update(token).digest('hex')}`,
    'Bearer none',
    `Bearer ${'x'.repeat(8000)}`,
    `Bearer ünïcode-ünïcode-ünïcode`,
  ])('%j is not it', async (authorization) => {
    expect(await statusOf(server, 'GET /api/status HTTP/1.1', host, `Authorization: ${authorization}`)).toBe(401);
  });

  test.each(['bearer', 'BEARER', 'Bearer  '])('the scheme may be written %j', async (scheme) => {
    expect(await statusOf(server, 'GET /api/status HTTP/1.1', host, `Authorization: ${scheme} ${token}`)).toBe(200);
  });

  test('a token in the query or in a cookie is none', async () => {
    expect(await statusOf(server, `GET /api/status?token=${token}&access_token=${token} HTTP/1.1`, host, `Cookie: token=${token}`)).toBe(
      401,
    );
  });

  test('a refusal says how to give it, and nothing of what was given', async () => {
    const without = await answerTo(server, 'GET /api/status HTTP/1.1', host);
    expect(without).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(without).toMatch(/^WWW-Authenticate: Bearer realm="balancer"\r$/m);
    expect(without).toContain(
      '{"error":"no token came with this; give the one that the balancer was started with (--admin-token) as Authorization: Bearer TOKEN"}',
    );
    const wrong = await answerTo(server, 'GET /api/status HTTP/1.1', host, 'Authorization: Bearer a-mistyped-token');
    expect(wrong).toContain('{"error":"that is not the token; give the one');
    expect(wrong).not.toContain('mistyped');
  });

  test('any name leads here', async () => {
    expect(await statusOf(server, 'GET /api/status HTTP/1.1', 'Host: whatever.example:1', bearer)).toBe(200);
  });

  test('a page of another site that knows it changes nothing all the same', async () => {
    expect(await statusOf(server, 'POST /api/x HTTP/1.1', host, bearer, 'Origin: https://evil.example')).toBe(403);
  });
});

test('a token that nobody asks for does no harm', async () => {
  const open = guarded();
  expect(await statusOf(open, 'GET /api/status HTTP/1.1', 'Host: localhost', bearer)).toBe(200);
  open.close();
});
