import type { Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Callers, mayAsk } from '../../src/admin/callers.ts';
import { answerTo, guarded, statusOf } from './guarded.ts';

const own = '172.18.0.6';
const gateways = () => (address: string) => address === '172.18.0.1';
const host: Callers = { listed: () => false, gateway: true };
const asks = (callers: Callers, remoteAddress: string | undefined, localAddress = own) =>
  mayAsk(callers, { remoteAddress, localAddress }, gateways);

describe('where the host of a container may ask', () => {
  test.each(['172.18.0.1', '::ffff:172.18.0.1', '127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', own])('%s may', (address) => {
    expect(asks(host, address)).toBe(true);
  });

  test.each(['172.18.0.2', '::ffff:172.18.0.2', '172.17.0.1', '10.0.0.1', 'fd00::2', '::ffff:0:1', '', undefined])(
    '%s may not',
    (address) => {
      expect(asks(host, address)).toBe(false);
    },
  );
});

test('a block that is named may ask, and then the gateway has no right of its own', () => {
  const block: Callers = { listed: (address) => address.startsWith('10.'), gateway: false };
  expect(['10.0.0.1', '::ffff:10.0.0.1', '172.18.0.1', '127.0.0.1'].map((address) => asks(block, address))).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

describe('somebody else in the network', () => {
  let server: Server;
  afterEach(() => void server.close());
  const notes: string[] = [];
  const from = (address: string) => {
    notes.length = 0;
    server = guarded({ callers: { listed: () => false, gateway: true } }, { from: address, note: (message) => notes.push(message) });
    return server;
  };

  test.each(['GET /', 'GET /api/status', 'GET /metrics', 'POST /api/origins/a:1/drain', 'GET /healthz/x', 'GET /dashboard/main.ts'])(
    'is refused %s, whatever the request says of itself',
    async (asked) => {
      from('172.18.0.3');
      for (const lie of ['X-Forwarded-For: 127.0.0.1', 'Forwarded: for=127.0.0.1', 'X-Real-IP: 172.18.0.1', 'Host2: x']) {
        expect(await statusOf(server, `${asked} HTTP/1.1`, 'Host: localhost:8090', lie)).toBe(403);
      }
    },
  );

  test('is told why, and how that can be changed', async () => {
    expect(await answerTo(from('::ffff:172.18.0.3'), 'GET / HTTP/1.1', 'Host: localhost')).toContain(
      '{"error":"the admin side is not for 172.18.0.3; --admin-allow (ADMIN_ALLOW) says who may ask it"}',
    );
  });

  test.each(['/healthz', '/readyz'])('may ask %s, which tells nothing but yes or no', async (path) => {
    expect(await statusOf(from('172.18.0.3'), `GET ${path} HTTP/1.1`, 'Host: localhost')).toBe(200);
  });

  test('leaves a line in the log, without the query, in which there may be a secret; and more tries leave few', async () => {
    from('172.18.0.3');
    for (let tries = 0; tries < 9; tries += 1) {
      await statusOf(server, 'POST /api/origins/a:1/drain?token=abc HTTP/1.1', 'Host: localhost');
    }
    const line = 'admin: 172.18.0.3 asked for POST /api/origins/a:1/drain and may not, by --admin-allow';
    expect(notes).toEqual([line, ...[2, 4, 8].map((count) => `${line}; that makes ${count} vain tries in a row`)]);
  });
});

test('this machine itself may always ask', async () => {
  const server = guarded({ callers: { listed: () => false, gateway: false } });
  expect(await statusOf(server, 'GET /api/status HTTP/1.1', 'Host: localhost')).toBe(200);
  server.close();
});
