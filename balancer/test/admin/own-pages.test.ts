import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { onTheWire } from '../wire.ts';
import { answerTo, guarded, statusOf } from './guarded.ts';

const host = 'Host: localhost:8090';
const methods = ['POST', 'PUT', 'DELETE', 'PATCH'];
let server: Server;
beforeEach(() => {
  server = guarded();
});
afterEach(() => void server.close());

describe.each(methods)('%s', (method) => {
  const line = `${method} /api/x HTTP/1.1`;

  test.each([
    'https://evil.example',
    'null',
    'http://localhost',
    'http://localhost:8091',
    'http://evil.localhost:8090',
    'http://localhost:8090.evil.example',
    'http://localhost:8090@evil.example',
    'localhost:8090',
    'http://localhost:8090, https://evil.example',
    '*',
  ])('is refused to a page of %s', async (origin) => {
    expect(await statusOf(server, line, host, `Origin: ${origin}`)).toBe(403);
  });

  test.each(['cross-site', 'same-site', 'Same-Origin', 'x', 'same-origin, cross-site'])(
    'is refused where the browser says %s',
    async (site) => {
      expect(await statusOf(server, line, host, `Sec-Fetch-Site: ${site}`)).toBe(403);
      expect(await statusOf(server, line, host, `Sec-Fetch-Site: ${site}`, 'Origin: http://localhost:8090')).toBe(403);
    },
  );

  test.each<[string, string[]]>([
    ['no page', []],
    ['the page itself', ['Origin: http://localhost:8090', 'Sec-Fetch-Site: same-origin']],
    ['the page behind a proxy that speaks TLS', ['Origin: https://localhost:8090']],
    ['the address bar', ['Sec-Fetch-Site: none']],
  ])('is done for %s', async (_who, fields) => {
    expect(await statusOf(server, line, host, ...fields)).toBe(200);
  });

  test('is done for the page itself, however its host is written', async () => {
    expect(await statusOf(server, line, 'Host: LocalHost:8090', 'Origin: http://localhost:8090')).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', 'text/json', ''])(
    'is refused with a body of the type %j',
    async (type) => {
      const answer = await onTheWire(server, `${line}\r\n${host}\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\n{}`);
      expect(answer).toMatch(/^HTTP\/1\.1 415 /);
      expect(answer).toContain('{"error":"the body is not said to be JSON; give Content-Type: application/json"}');
    },
  );

  test.each(['Content-Length: 2\r\n\r\n{}', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'])(
    'with the body %j has to say its type',
    async (body) => {
      expect(await onTheWire(server, `${line}\r\n${host}\r\n${body}`)).toMatch(/^HTTP\/1\.1 415 /);
      expect(
        await onTheWire(server, `${line}\r\n${host}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n${body}`),
      ).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  test('needs no type where there is no body', async () => {
    expect(await statusOf(server, line, host, 'Content-Length: 0')).toBe(200);
    expect(await statusOf(server, line, host, 'Content-Length: 0', 'Content-Type: application/x-www-form-urlencoded')).toBe(200);
  });
});

test('what changes nothing is shown to whoever asks; the browser keeps it from other sites', async () => {
  const answer = await answerTo(server, 'GET /api/status HTTP/1.1', host, 'Origin: https://evil.example', 'Sec-Fetch-Site: cross-site');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).not.toMatch(/Access-Control/i);
  expect(answer).toContain('Cross-Origin-Resource-Policy: same-origin');
});

test('a body that is refused and never ends is not taken in', async () => {
  const endless = `POST /api/x HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`;
  const answer = await onTheWire(server, endless, /415/, '5\r\nhello\r\n');
  expect(answer).toContain('Connection: close');
});

test.each(['/', '/api/status', '/metrics', '/healthz', '/nowhere'])('%s is neither guessed at nor told to other sites', async (path) => {
  const answer = await answerTo(server, `GET ${path} HTTP/1.1`, host);
  expect(answer).toContain('X-Content-Type-Options: nosniff\r\n');
  expect(answer).toContain('Referrer-Policy: no-referrer\r\n');
  expect(answer.includes('Cache-Control: no-store\r\n')).toBe(path === '/api/status' || path === '/metrics');
});
