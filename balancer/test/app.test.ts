import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import type { Origin } from '../src/brain/select/origin.ts';
import { deadOrigin, startOrigin, startRawOrigin, type TestOrigin } from './origins.ts';
import { roadOver, type TestRoad, testOfOneThread } from './road.ts';
import { onTheWire, portOf, urlOf } from './wire.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function origins(count: number): Promise<TestOrigin[]> {
  const started = await Promise.all(Array.from({ length: count }, () => startOrigin()));
  open.push(...started);
  return started;
}

async function originThat(...args: Parameters<typeof startOrigin>): Promise<TestOrigin> {
  const started = await startOrigin(...args);
  open.push(started);
  return started;
}

function road(over: readonly Origin[], options?: Parameters<typeof roadOver>[1]): TestRoad {
  const built = roadOver(over, options);
  open.push(built);
  return built;
}

const request = async (server: TestRoad['server']) => supertest(await urlOf(server));

describe('the rotation', () => {
  test('sends one request to each origin in turn', async () => {
    const four = await origins(4);
    const { server } = road(four.map(({ origin }) => origin));
    const answers: string[] = [];
    for (let i = 0; i < 8; i++) answers.push((await (await request(server)).get('/')).text);
    const ports = four.map(({ port }) => String(port));
    expect(answers).toEqual([...ports, ...ports]);
  });

  test('tries the next origin when a connection is refused, and the client sees no failure', async () => {
    const [alive] = await origins(1);
    const dead = deadOrigin();
    const { server, record } = road([dead, (alive as TestOrigin).origin]);
    const response = await (await request(server)).get('/');
    expect(response.status).toBe(200);
    expect(response.text).toBe(String(alive?.port));
    expect((await record()).attempts).toEqual([
      { origin: dead.id, result: 'ECONNREFUSED' },
      { origin: alive?.origin.id, result: '200' },
    ]);
  });

  test('sends the whole body to the next origin when the first refuses the connection', async () => {
    const echo = await originThat((req, res) => req.pipe(res));
    const { server } = road([deadOrigin(), echo.origin]);
    const body = 'x'.repeat(300_000);
    const response = await (await request(server)).post('/').type('text').send(body);
    expect(response.text).toBe(body);
  });

  test('tries another origin for a GET that was sent but not answered', async () => {
    const rude = await originThat((req) => req.socket.destroy());
    const [alive] = await origins(1);
    const { server } = road([rude.origin, (alive as TestOrigin).origin]);
    expect((await (await request(server)).get('/')).text).toBe(String(alive?.port));
  });

  test('sends a body of up to 64 KiB again where the method allows it', async () => {
    const rude = await originThat((req) => req.socket.destroy());
    const echo = await originThat((req, res) => req.pipe(res));
    const { server } = road([rude.origin, echo.origin]);
    const body = 'x'.repeat(64 * 1024);
    expect((await (await request(server)).put('/').type('text').send(body)).text).toBe(body);
  });

  test('does not repeat what was sent and is not safe or not possible to repeat', async () => {
    const rude = await Promise.all([1, 2].map(() => originThat((req) => req.socket.destroy())));
    const [alive] = await origins(1);
    const { server } = road([...rude, alive as TestOrigin].map(({ origin }) => origin));
    expect((await (await request(server)).post('/')).status).toBe(502);
    expect((await (await request(server)).put('/').send('a streamed body is gone'.repeat(10_000))).status).toBe(502);
    expect(alive?.requests).toHaveLength(0);
  });

  test('makes no more attempts than the retries allow', async () => {
    const { server, record } = road([deadOrigin(), deadOrigin(), deadOrigin()], { retries: 1 });
    expect((await (await request(server)).get('/')).status).toBe(502);
    expect((await record()).attempts).toHaveLength(2);
  });

  test('gives every lease back, also of failed attempts', async () => {
    const [alive] = await origins(1);
    const { server, pool } = road([deadOrigin(), (alive as TestOrigin).origin]);
    for (let i = 0; i < 4; i++) await (await request(server)).get('/');
    expect(pool.status().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });
});

describe('what the client gets when no origin answers', () => {
  test('is a 502 that names the request and no origin, within a second', async () => {
    const down = [deadOrigin(), deadOrigin()];
    const { server, record } = road(down);
    const begun = performance.now();
    const response = await (await request(server)).get('/');
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(response.status).toBe(502);
    expect(response.text).toBe(`502 Bad Gateway: no origin could answer (request ${(await record()).id})\n`);
    expect((await record()).attempts.map(({ result }) => result)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  test('is a 504 when the origin takes too long', async () => {
    const silent = await originThat(() => {});
    const { server } = road([silent.origin], { timeout: 50 });
    expect((await (await request(server)).get('/')).status).toBe(504);
  });

  test('is a 502 when the origin answers garbage', async () => {
    const garbage = await startRawOrigin('SSH-2.0-OpenSSH_9.2\r\n');
    open.push(garbage);
    const { server } = road([garbage.origin]);
    expect((await (await request(server)).get('/')).status).toBe(502);
  });

  test('is a cut connection when the origin breaks off in mid-answer', async () => {
    const broken = await startRawOrigin('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    open.push(broken);
    const { server, record } = road([broken.origin]);
    await expect((await request(server)).get('/')).rejects.toThrow('ECONNRESET');
    expect(await record()).toMatchObject({ status: null, origin: null });
    expect((await record()).attempts[0]?.result).toContain('in mid-answer');
  });
});

test('leaves no trace but a record of a client that ends in the middle of its body', async () => {
  const [only] = await origins(1);
  const { server, record, notes } = road([(only as TestOrigin).origin]);
  const client = connect(await portOf(server), '127.0.0.1');
  client.end('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12');
  expect(await record()).toMatchObject({ status: 400, attempts: [] });
  expect((await (await request(server)).get('/')).status).toBe(200);
  expect(notes()).toEqual([]);
});

describe('a request on its way', () => {
  test('keeps its target byte for byte', async () => {
    const [only] = await origins(1);
    const { server } = road([(only as TestOrigin).origin]);
    for (const target of ['/a%2Fb//c/../d;e?', '//elsewhere.example/x', '/?q=%00&r']) {
      await onTheWire(server, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    }
    expect(only?.requests.map(({ url }) => url)).toEqual(['/a%2Fb//c/../d;e?', '//elsewhere.example/x', '/?q=%00&r']);
  });

  test('keeps method, host, body and its own fields', async () => {
    const echo = await originThat((req, res) =>
      req.pipe(res.setHeader('X-Seen', `${req.method} ${req.headers.host} ${req.headers['x-own']}`)),
    );
    const { server } = road([echo.origin]);
    const response = await (await request(server)).patch('/').set('Host', 'shop.example').set('X-Own', 'yes').type('text').send('body');
    expect(response.headers['x-seen']).toBe('PATCH shop.example yes');
    expect(response.text).toBe('body');
  });

  test('loses the fields of its own connection, both ways', async () => {
    const origin = await originThat((_req, res) =>
      res.writeHead(200, { Connection: 'keep-alive, X-Private', 'X-Private': '1', 'X-Public': '2' }).end(),
    );
    const { server } = road([origin.origin]);
    const response = await (await request(server))
      .get('/')
      .set({ Connection: 'close, X-Secret', 'X-Secret': '1', TE: 'gzip', 'Proxy-Connection': 'x' });
    expect(origin.requests[0]?.headers).not.toHaveProperty('x-secret');
    expect(origin.requests[0]?.headers).not.toHaveProperty('te');
    expect(origin.requests[0]?.headers).not.toHaveProperty('proxy-connection');
    expect(response.headers).not.toHaveProperty('x-private');
    expect(response.headers).toHaveProperty('x-public', '2');
  });

  test('brings every Set-Cookie back, apart and in order', async () => {
    const origin = await originThat((_req, res) => res.setHeader('Set-Cookie', ['b=2', 'a=1; Path=/']).end());
    const { server } = road([origin.origin]);
    expect((await (await request(server)).get('/')).headers['set-cookie']).toEqual(['b=2', 'a=1; Path=/']);
  });

  test('gets the answer of an origin that does not read the whole body, and the connection goes on', async () => {
    const origin = await originThat((_req, res) => res.writeHead(413).end('too much'));
    const { server } = road([origin.origin]);
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000002\r\n\r\n12';
    const rest = `${'x'.repeat(1_000_000)}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const early = await onTheWire(server, post, /too much/, rest);
    expect(early.match(/HTTP\/1.1 413 Payload Too Large\r\n/g)).toHaveLength(2);
  });

  test('is refused if it names two hosts', async () => {
    const [only] = await origins(1);
    const { server } = road([(only as TestOrigin).origin]);
    const response = await onTheWire(server, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(only?.requests).toHaveLength(0);
  });
});

const testMistake = testOfOneThread('a mistake can be planted in the test’s own thread only');
testMistake('a mistake inside the balancer is a plain 500 for that request and a note for its owner', async () => {
  const [only] = await origins(1);
  const built = road([(only as TestOrigin).origin]);
  built.pool.lease = () => {
    throw new Error('secret detail');
  };
  const response = await (await request(built.server)).get('/');
  expect(response.status).toBe(500);
  expect(response.text).toBe('500 Internal Server Error\n');
  expect(built.notes()[0]).toContain('secret detail');
});
