import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerTo, guarded, statusOf } from './guarded.ts';

const get = 'GET /api/status HTTP/1.1';
let server: Server;
beforeEach(() => {
  server = guarded({ host: 'lb.internal' });
});
afterEach(() => void server.close());

describe('without a token, the admin side answers', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1:8090',
    '127.0.0.1:',
    '10.1.2.3:80',
    '[::1]:8090',
    '[::1]',
    '[2001:DB8::1]:1',
    'localhost',
    'localhost:8090',
    'LOCALHOST:8090',
    'localhost.:8090',
    'lb.localhost',
    'lb.internal',
    'LB.Internal.:8090',
  ])('as %s', async (host) => {
    expect(await statusOf(server, get, `Host: ${host}`)).toBe(200);
  });
});

describe('without a token, it does not answer', () => {
  test.each([
    'evil.example',
    'evil.example:8090',
    'localhost.evil.example',
    'localhost.evil.example:8090',
    'evillocalhost',
    '127.0.0.1.evil.example',
    '127.0.0.1.evil.example:8090',
    '127.0.0.256',
    '0x7f000001',
    '2130706433',
    'notlb.internal',
    'lb.internal.evil.example',
    'internal',
    '*',
    '%6cocalhost',
  ])('as %s', async (host) => {
    expect(await statusOf(server, get, `Host: ${host}`)).toBe(421);
  });

  test('and says how to reach it', async () => {
    expect(await answerTo(server, get, 'Host: evil.example:8090')).toContain(
      '{"error":"the admin side does not answer as \\"evil.example\\"; call it by its IP address or as localhost, or start the balancer ' +
        'with this name as --admin-host, or with an --admin-token, which makes any name right"}',
    );
  });

  test.each(['/', '/metrics', '/api/events', '/nowhere', '/healthz/', '/HEALTHZ', '//healthz', '/healthz/../api/status'])(
    'at %s',
    async (path) => {
      expect(await statusOf(server, `GET ${path} HTTP/1.1`, 'Host: evil.example')).toBe(421);
    },
  );

  test('to a whole URL that has the right name, while Host has a wrong one', async () => {
    expect(await statusOf(server, 'GET http://localhost/api/status HTTP/1.1', 'Host: evil.example')).toBe(421);
  });
});

describe('a request whose host is not clear is a 400', () => {
  test.each<[string, string[]]>([
    ['none', []],
    ['an empty one', ['Host:']],
    ['two', ['Host: localhost', 'Host: evil.example']],
    ['two that are the same', ['Host: localhost', 'hOST: localhost']],
    ['two in one', ['Host: localhost, evil.example']],
    ['a user', ['Host: localhost@evil.example']],
    ['a path', ['Host: localhost/.evil.example']],
    ['a port that is none', ['Host: localhost:80a']],
    ['two ports', ['Host: localhost:80:81']],
    ['a name behind the port', ['Host: localhost:8090.evil.example']],
    ['an address without its bracket', ['Host: [::1']],
    ['an address with more behind it', ['Host: [::1].evil.example']],
    ['an address without brackets', ['Host: ::1']],
  ])('%s', async (_what, fields) => {
    expect(await statusOf(server, get, ...fields)).toBe(400);
  });

  test('in HTTP/1.0 as well', async () => {
    expect(await statusOf(server, 'GET /api/status HTTP/1.0')).toBe(400);
  });

  test('and with a token too', async () => {
    const closed = guarded({ tokenHash: '00'.repeat(32) });
    expect(await statusOf(closed, 'GET / HTTP/1.1')).toBe(400);
    expect(await statusOf(closed, 'GET / HTTP/1.1', 'Host: localhost', 'Host: localhost')).toBe(400);
    closed.close();
  });
});

test.each(['/healthz', '/readyz', '/readyz?x=1'])('%s answers whatever it is called', async (path) => {
  for (const fields of [['Host: evil.example'], [], ['Host: a', 'Host: b']]) {
    expect(await statusOf(server, `GET ${path} HTTP/1.1`, ...fields)).toBe(200);
  }
});
