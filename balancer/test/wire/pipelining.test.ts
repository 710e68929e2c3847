import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { originAt, startOrigin } from '../origins.ts';
import { roadOver } from '../road.ts';
import { until } from '../until.ts';
import { portOf } from '../wire.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { startByteOrigin } from './through.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test('answers that wait behind another are not cut while the client reads that slowly, and never pauses for long', async () => {
  const [patience, mebibyte] = [1500, 1024 * 1024];
  const origin = await startOrigin((_req, res) => res.end(Buffer.alloc(12 * mebibyte)));
  const road = roadOver([origin.origin], { patience });
  ends.push(origin.close, road.close);
  const client = connect(await portOf(road.server), '127.0.0.1').on('error', () => {});
  ends.push(() => client.destroy());
  client.write(ask('/1') + ask('/2') + ask('/3', 'Connection: close'));
  let read = 0;
  const begun = performance.now();
  // 36 times 1 MiB, every 100 ms: longer by far than anybody may say nothing, and than the connection keeps by itself.
  for await (const piece of client) {
    const before = Math.floor(read / mebibyte);
    read += piece.length;
    if (Math.floor(read / mebibyte) > before) await pause(100);
  }
  expect(performance.now() - begun).toBeGreaterThan(2 * patience);
  expect(road.records().map(({ target, status }) => `${target} ${status}`)).toEqual(['/1 200', '/2 200', '/3 200']);
  expect(read).toBeGreaterThan(36 * mebibyte);
});

test('an answer that breaks off behind another ends its connection, and gives back all that it took up', async () => {
  const origin = await startByteOrigin((socket, request) => {
    if (request.startsWith('GET /slow')) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow'), 50);
    else if (request.startsWith('GET /break')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthird');
  });
  ends.push(origin.close);
  const road = roadOver([originAt(origin.port)], { retries: 0 });
  ends.push(road.close);
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  const received = await client.send(ask('/slow') + ask('/break') + ask('/third')).end();
  expect(received).toContain('\r\n\r\nslow');
  expect(received).not.toContain('third');
  const counts = () => [road.ledger.enter(0), road.ledger.connect(0), road.pool.status()[0]?.inFlight];
  await until(() => counts().every((count) => count === 0), counts);
});

const post = (target: string, body: string, ...fields: string[]) =>
  [`POST ${target} HTTP/1.1`, 'Host: a', `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n');

test('nothing overtakes another request of its connection on its way to origins, nor runs beside it (RFC 9112 §9.3.2)', async () => {
  const seen: string[] = [];
  const held: { readonly url: string; answer(): void }[] = [];
  const two = await Promise.all(
    [1, 2].map(() =>
      startOrigin((req, res) => {
        const { url = '' } = req;
        if (url === '/other') return res.end();
        return req.resume().on('end', () => {
          seen.push(`${url} comes`);
          held.push({
            url,
            answer: () => {
              seen.push(`${url} is answered`);
              res.end(url);
            },
          });
        });
      }),
    ),
  );
  const road = roadOver(
    two.map(({ origin }) => origin),
    { flags: ['--policy=random'] },
  );
  ends.push(...two.map(({ close }) => close), road.close);
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  const order = ['/1', '/2', '/3', '/4', '/5', '/6'];
  client.send(ask('/1') + post('/2', 'x'.repeat(20_000)) + ask('/3') + ask('/4') + post('/5', 'x') + ask('/6', 'Connection: close'));
  for (const url of order) {
    await until(
      () => held.length > 0,
      () => seen,
    );
    // Somebody else's requests have time to come and go.
    const other = await Client.to(road.server);
    await other.send(ask('/other') + ask('/other', 'Connection: close')).end();
    expect(held.map((each) => each.url)).toEqual([url]);
    held.pop()?.answer();
  }
  expect((await client.end()).match(/\/\d(?=HTTP|$)/g)).toEqual(order);
  expect(seen).toEqual(order.flatMap((url) => [`${url} comes`, `${url} is answered`]));
});

test('3,000 requests in one write are all answered in their order, and somebody else’s in between', async () => {
  const origin = await startOrigin((req, res) => res.end(`[${req.url}]`));
  const road = roadOver([origin.origin]);
  ends.push(origin.close, road.close);
  const client = await Client.to(road.server);
  ends.push(() => client.leave());
  const targets = Array.from({ length: 3000 }, (_, i) => `/${i}`);
  client.send(targets.map((target, i) => ask(target, ...(i === 2999 ? ['Connection: close'] : []))).join(''));
  await client.until(/\[\/99\]/);
  const other = await Client.to(road.server);
  await other.send(ask('/other', 'Connection: close')).end();
  expect(client.isOpen).toBe(true);
  expect(client.received).not.toContain('[/2999]');
  expect((await client.end()).match(/\[[^\]]*\]/g)).toEqual(targets.map((target) => `[${target}]`));
});

test('a long body behind a slow request is held back until its turn, and gets to its origin whole', async () => {
  const bodies: number[] = [];
  const held: (() => void)[] = [];
  const origin = await startOrigin((req, res) => {
    if (req.method === 'GET') held.push(() => res.end('slow'));
    let length = 0;
    req.on('data', (piece: Buffer) => {
      length += piece.length;
    });
    req.on('end', () => {
      if (req.url === '/other') res.end();
      else if (req.method === 'POST') res.end(`took ${bodies.push(length)}`);
    });
  });
  const road = roadOver([origin.origin]);
  ends.push(origin.close, road.close);
  const client = connect(await portOf(road.server), '127.0.0.1').on('error', () => {});
  ends.push(() => client.destroy());
  const length = 16 * 1024 * 1024;
  let received = '';
  client.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  client.write(ask('/slow') + post('/body', 'x'.repeat(length), 'Connection: close'));
  await until(
    () => held.length === 1,
    () => held.length,
  );
  for (let i = 0; i < 20; i++) {
    const other = await Client.to(road.server);
    await other.send(post('/other', '', 'Connection: close')).end();
  }
  // The systems between take some megabytes, the balancer next to nothing.
  expect(client.writableLength).toBeGreaterThan(length / 2);
  for (const answer of held) answer();
  await until(
    () => received.includes('took 1'),
    () => received,
  );
  expect(bodies).toEqual([length]);
  expect(statusesIn(received)).toEqual([200, 200]);
});
