import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Later } from '../../src/admin/token.ts';
import { portOf } from '../wire.ts';
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

describe('where there is a second token, which reads', () => {
  const reads = 'Authorization: Bearer another-horse-battery';
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const notes: string[] = [];
  let both: Server;
  beforeEach(() => {
    notes.length = 0;
    const access = { tokenHash: hashOf(token), readTokenHash: hashOf('another-horse-battery') };
    both = guarded(access, { from: '10.0.0.9', note: (message) => notes.push(message) });
  });
  afterEach(() => void both.close());

  test.each(['GET', 'HEAD', 'OPTIONS'])('one may %s with it', async (method) => {
    expect(await statusOf(both, `${method} /api/status HTTP/1.1`, host, reads)).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'LOCK'])('one may not %s with it, and is told which token may', async (method) => {
    const answer = await answerTo(both, `${method} /api/policy HTTP/1.1`, host, reads);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('{"error":"this token reads; to change something, give the one that steers (--admin-token)"}');
    expect(notes).toEqual([`admin: 10.0.0.9 asked for ${method} /api/policy with the token that reads`]);
    expect(await statusOf(both, `${method} /api/policy HTTP/1.1`, host, bearer)).toBe(200);
  });

  test('another one is still none', async () => {
    expect(await statusOf(both, 'GET /api/status HTTP/1.1', host, 'Authorization: Bearer a-third-horse-battery')).toBe(401);
  });
});

describe('wrong tokens', () => {
  const hash = createHash('sha256').update(token).digest('hex');
  const wrong = 'Authorization: Bearer wrong-horse-battery';

  test('are answered late, and later each time, up to 4 s; a right one and a missing one from the same address never wait', async () => {
    const waits: number[] = [];
    const later: Later = (ms, call) => {
      waits.push(ms);
      call();
      return () => {};
    };
    const slow = guarded({ tokenHash: hash }, { later });
    for (let tries = 0; tries < 7; tries += 1) {
      expect(await statusOf(slow, 'GET /api/status HTTP/1.1', host, wrong)).toBe(401);
      expect(await statusOf(slow, 'GET /api/status HTTP/1.1', host, bearer)).toBe(200);
      expect(await statusOf(slow, 'GET /api/status HTTP/1.1', host)).toBe(401);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    slow.close();
  });

  test('leave a line in the log that has the address and not the token', async () => {
    const notes: string[] = [];
    const noted = guarded({ tokenHash: hash }, { from: '10.0.0.9', note: (message) => notes.push(message) });
    await statusOf(noted, 'GET /api/status?token=wrong-horse-battery HTTP/1.1', host, wrong);
    expect(notes).toEqual(['admin: 10.0.0.9 gave a wrong token for GET /api/status']);
    noted.close();
  });

  test('of a client that leaves are forgotten with it', async () => {
    const { promise: forgotten, resolve: forget } = Promise.withResolvers<void>();
    const { promise: waiting, resolve: wait } = Promise.withResolvers<void>();
    const later: Later = () => {
      wait();
      return forget;
    };
    const slow = guarded({ tokenHash: hash }, { later });
    const socket = connect(await portOf(slow), '127.0.0.1');
    socket.write(`GET /api/status HTTP/1.1\r\n${host}\r\n${wrong}\r\n\r\n`);
    await waiting;
    socket.destroy();
    await forgotten;
    slow.close();
  });
});

test('a token that nobody asks for does no harm', async () => {
  const open = guarded();
  expect(await statusOf(open, 'GET /api/status HTTP/1.1', 'Host: localhost', bearer)).toBe(200);
  open.close();
});
