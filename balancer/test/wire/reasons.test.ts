import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { deadOrigin, originAt } from '../origins.ts';
import { roadOver } from '../road.ts';
import { selfSigned } from '../self-signed.ts';
import { onTheWire } from '../wire.ts';
import { Client } from './hostile.ts';
import { get, startByteOrigin } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** What a client reads, and the log says, where the only origin treats its connection like that. */
async function told(treat: (socket: Socket) => void): Promise<{ body: string; result: string | undefined }> {
  const origin = await startByteOrigin(treat);
  const road = roadOver([originAt(origin.port)], { timeout: 1000 });
  ends.push(road.close, origin.close);
  const answer = await onTheWire(road.server, get('/'));
  const { attempts } = await road.record();
  return { body: answer.split('\r\n\r\n')[1] ?? '', result: attempts[0]?.result };
}

describe('a client reads what is true, and the log says it in words of its own', () => {
  test.each<[string, (socket: Socket) => void, RegExp, RegExp]>([
    ['closes', (socket) => socket.end(), /closed the connection without an answer/, /^connection closed$/],
    ['answers no HTTP', (socket) => socket.write('SSH-2.0\r\n'), /answer could not be understood/, /^no valid HTTP: the status line$/],
    ['never answers', () => {}, /504 Gateway Timeout: the origin took too long/, /^no answer in time$/],
    [
      'breaks off',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      /^(half)?$/,
      /^connection closed in mid-answer$/,
    ],
    [
      'stops in its answer',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      /^half$/,
      /^silent for too long in mid-answer$/,
    ],
  ])('where an origin %s', async (_what, treat, body, result) => {
    const seen = await told(treat);
    expect(seen.body).toMatch(body);
    expect(seen.result).toMatch(result);
  });

  test('where no origin is there, also as the system has it', async () => {
    const road = roadOver([deadOrigin(), deadOrigin()]);
    ends.push(road.close);
    expect(await onTheWire(road.server, get('/'))).toContain('502 Bad Gateway: no origin could answer');
    expect((await road.record()).attempts.map(({ result }) => result)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });
});

test.each([1, 2])(
  'an https origin that signed its certificate itself: the log says once what would help (--threads %i)',
  async (threads) => {
    const origin = createServer(selfSigned).listen(0, '127.0.0.1');
    ends.push(() => origin.close());
    await new Promise((listening) => origin.once('listening', listening));
    const url = `https://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    const flags = ['--port=0', '--admin-port=off', '--log=pretty', `--threads=${threads}`, `--origins=${url}`];
    const balancer = new Program('balancer/src/main.ts', flags);
    ends.push(() => balancer.end());
    const port = await balancer.port();
    for (let i = 0; i < 4; i++) expect(await (await Client.to(port)).send(get('/')).end()).toMatch(/^HTTP\/1\.1 50[23] /);
    // A probe may find it before requests do, or after.
    await balancer.printed(
      /is down: (1 of 1 probes|2 of 2 connections) failed, certificate not trusted, signed by itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    );
    await balancer.printed(/127\.0\.0\.1:\d+: nobody whom the balancer trusts has signed its certificate; .*--origin-ca=FILE/);
    expect(balancer.output.match(/--origin-ca/g)).toHaveLength(1);
  },
);
