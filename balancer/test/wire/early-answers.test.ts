import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';
import { Client } from './hostile.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A road to a server that is handed each connection as it is, with the retries that are asked for. */
async function over(take: (socket: Socket) => void, options: RoadOptions = { retries: 0 }) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    ends.push(() => socket.destroy());
    take(socket.on('error', () => {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const road = roadOver([originAt((server.address() as { port: number }).port)], options);
  ends.push(() => server.close(), road.close);
  return road;
}

const upload = (bytes: number, ...fields: string[]) =>
  [`POST / HTTP/1.1`, 'Host: a', `Content-Length: ${bytes}`, ...fields, '', ''].join('\r\n');
const mebibyte = 1024 * 1024;

describe('an answer that comes before the whole request', () => {
  test('reaches the client at once, and the origin gets the whole body all the same', async () => {
    let taken = 0;
    const road = await over((socket) => {
      socket.on('data', (chunk: Buffer) => {
        if (/^(?:POST|GET) /.test(chunk.toString('latin1', 0, 5))) socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok');
        taken += chunk.length;
      });
    });
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    const head = upload(5 * mebibyte);
    client.send(`${head}${'x'.repeat(mebibyte)}`);
    await client.until(/^HTTP\/1\.1 202 [\s\S]*ok$/);
    client.send('x'.repeat(4 * mebibyte));
    await until(
      () => taken >= 5 * mebibyte,
      () => taken,
    );
    await until(
      () => road.pool.status().every(({ inFlight }) => inFlight === 0),
      () => road.pool.status(),
    );
    // And the client's connection goes on.
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until(/ok[\s\S]*HTTP\/1\.1 202 [\s\S]*ok$/);
  });

  test.each([
    ['which is its only one', '', 0],
    ['behind others that it had sent ahead', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2), 2],
  ])('leaves the client of a last request, %s, as much time for the rest of it as any other', async (_which, ahead, others) => {
    let taken = 0;
    const road = await over((socket) => {
      socket.on('data', (chunk: Buffer) => {
        if (/^(?:POST|GET) /.test(chunk.toString('latin1', 0, 5))) socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok');
        else taken += chunk.length;
      });
    });
    const client = connect({ port: await portOf(road.server), host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1');
    ends.push(() => client.destroy());
    let received = '';
    client
      .on('error', () => {})
      .on('data', (text: string) => {
        received += text;
      });
    client.write(ahead);
    const answers = () => received.match(/HTTP\/1\.1 202 [\s\S]*?\r\n\r\nok/g)?.length ?? 0;
    await until(() => answers() === others, answers);
    const pieces = 20;
    client.write(upload(pieces * 10_000, 'Connection: close'));
    await once(client, 'end');
    expect(answers()).toBe(others + 1);
    // For twice as long as a connection stays open behind its last answer where nobody takes anything any more.
    for (let i = 0; i < pieces; i++) {
      client.write('x'.repeat(10_000));
      await pause(100);
    }
    await until(
      () => taken === pieces * 10_000,
      () => taken,
    );
    await until(
      () => road.ledger.connect(0) === 0,
      () => road.ledger.connect(0),
    );
  });

  test.each([
    ['closes at once, with bytes unread', (socket: Socket) => socket.pause().destroySoon()],
    ['reads no more', (socket: Socket) => socket.pause()],
  ])('wins where the origin %s: a 413 is a 413, and no failure of the origin', async (_how, leave) => {
    const road = await over((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large');
        leave(socket);
      });
    });
    const statuses = new Map<string, number>();
    for (let i = 0; i < 20; i++) {
      const client = await Client.to(road.server);
      client.send(upload(20 * mebibyte) + 'x'.repeat(mebibyte));
      const answer = await client.until(/^HTTP\/1\.1 [\s\S]*(?:too large|\n)$/);
      client.leave();
      const status = answer.slice(9, 12);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 413: 20 });
  });
});

test('a 100 that nobody has asked for is dropped (RFC 9110 §15.2.1)', async () => {
  const road = await over((socket) => {
    socket.on('data', () =>
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    );
  });
  expect(await onTheWire(road.server, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 200 OK\r\n[\s\S]*ok$/,
  );
});

describe('trailers of a request', () => {
  const inChunks = (...trailers: string[]) =>
    [
      'PUT / HTTP/1.1',
      'Host: a',
      'Connection: close',
      'Trailer: X-Sum',
      'Transfer-Encoding: chunked',
      '',
      '3',
      'abc',
      '0',
      ...trailers,
      '',
      '',
    ].join('\r\n');

  test.each([
    ['kept, where it is short and may be sent twice', (request: string) => request],
    ['streamed, where it may not', (request: string) => request.replace('PUT', 'POST')],
  ])('get to the origin, but none that is the balancer’s or the message’s own; the body is %s', async (_how, of) => {
    let received = '';
    const road = await over((socket) => {
      socket.setEncoding('latin1').on('data', (text: string) => {
        received += text;
        if (received.endsWith('\r\n\r\n') && received.includes('\r\n0\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
    await onTheWire(road.server, of(inChunks('X-Sum: 42', 'Content-Type: a/b', 'X-Forwarded-For: 6.6.6.6', 'x-own: \xe9')));
    expect(received).toContain('\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n');
    expect(received).toMatch(/\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 42\r\nx-own: \xe9\r\n\r\n$/);
  });
});

describe('connections that an origin closes as soon as they are idle for a moment', () => {
  const quick = (idle: number) => (socket: Socket) => {
    let timer: NodeJS.Timeout;
    socket.on('close', () => clearTimeout(timer));
    socket.on('data', () => {
      clearTimeout(timer);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      timer = setTimeout(() => socket.destroy(), idle);
    });
  };

  /** Sends so many requests by one connection, with pauses around the moment at which the origin closes; resolves with the statuses. */
  async function sendAround(idle: number, method: string, count: number): Promise<(string | undefined)[]> {
    const road = await over(quick(idle));
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    for (let i = 1; i <= count; i++) {
      client.send(`${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`);
      await until(
        () => client.received.match(/\r\n\r\n(?:ok|502.*\n)/g)?.length === i,
        () => client.received,
      );
      await new Promise((resolve) => setTimeout(resolve, idle - 4 + (i % 8)));
    }
    return client.received.match(/HTTP\/1\.1 \d{3}/g) ?? [];
  }

  test('cost a GET nothing, even where there is only one origin', async () => {
    expect(await sendAround(40, 'GET', 24)).toEqual(Array(24).fill('HTTP/1.1 200'));
  });

  test('cost a POST nothing, which can’t be sent twice and so goes by connections that were used a moment ago', async () => {
    expect(await sendAround(200, 'POST', 8)).toEqual(Array(8).fill('HTTP/1.1 200'));
  });

  test('cost a POST at most one failure, where the moment is shorter than any that is usual', async () => {
    expect((await sendAround(40, 'POST', 24)).filter((status) => status !== 'HTTP/1.1 200').length).toBeLessThanOrEqual(1);
  });
});
