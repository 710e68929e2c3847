import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { until } from '../../balancer/test/until.ts';
import { RunningOrigin } from './running.ts';

let origin: RunningOrigin;
let crashes: number;

beforeEach(async () => {
  crashes = 0;
  origin = await RunningOrigin.start({
    crash: () => {
      crashes += 1;
    },
  });
});
afterEach(() => origin.close());

const json = { 'Content-Type': 'application/json' };

test('lists what there is where nothing is', async () => {
  const response = await origin.fetch('/_origin/');
  const list = await response.text();
  expect(response.status).toBe(404);
  for (const name of ['health', 'load', 'fault', 'crash', 'echo', 'sse', 'ws', 'bytes/N']) expect(list).toContain(`/_origin/${name}`);
});

test.each([
  ['POST', 'health', 'GET, HEAD, PUT, DELETE'],
  ['PUT', 'load', 'GET, HEAD'],
  ['PATCH', 'fault', 'GET, HEAD, PUT, DELETE'],
  ['GET', 'crash', 'POST'],
  ['POST', 'sse', 'GET, HEAD'],
  ['POST', 'ws', 'GET, HEAD'],
  ['DELETE', 'bytes/5', 'GET, HEAD'],
])('%s of %s is refused, and told what may be done', async (method, name, allowed) => {
  const response = await origin.fetch(`/_origin/${name}`, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
});

test('shows the fault in force and until when; what it shows can be set again', async () => {
  const set = await origin.put('/_origin/fault', { latencyMs: 5, ttlS: 60 });
  const shown = await (await origin.fetch('/_origin/fault')).json();
  expect([set.status, await set.json()]).toEqual([200, shown]);
  expect(shown).toMatchObject({ fault: { latencyMs: 5, capacity: null }, endsAt: '1970-01-01T00:01:00.000Z' });
  expect((await origin.put('/_origin/fault', (shown as { fault: object }).fault)).status).toBe(200);
  expect(await (await origin.mend()).json()).toEqual({ fault: null });
});

test('a fault with mistakes changes nothing, and is told each', async () => {
  await origin.break({ errorRate: 1, status: 500 });
  const response = await origin.put('/_origin/fault', { latencyMs: -1, slow: 1 });
  expect([response.status, ((await response.json()) as { problems: string[] }).problems]).toEqual([
    400,
    [expect.stringMatching(/^slow: /), expect.stringMatching(/^latencyMs: /)],
  ]);
  expect((await origin.fetch('/')).status).toBe(500);
});

const changes = [
  ['PUT', 'fault'],
  ['DELETE', 'fault'],
  ['PUT', 'health'],
  ['DELETE', 'health'],
  ['POST', 'crash'],
] as const;
const strangers = [
  [{ Origin: 'http://evil.example' }, 'another site’s page'],
  [{ Origin: 'http://localhost:3000' }, 'another site’s page'],
  [{ Origin: 'null' }, 'another site’s page'],
  [{ Origin: 'http://evil.example:8081', Host: 'evil.example:8081' }, 'another site’s page'],
  [{ Via: '1.1 balancer' }, 'a proxy'],
  [{ 'X-Forwarded-For': '10.0.0.1' }, 'a proxy'],
] as const;

test.each(changes.flatMap(([method, name]) => strangers.map(([fields, who]) => [method, name, fields, who] as const)))(
  'refuses %s of %s with %j',
  async (method, name, fields, who) => {
    await origin.break({ errorRate: 1, status: 500 });
    const asked = request(origin.server)[method === 'PUT' ? 'put' : method === 'POST' ? 'post' : 'delete'](`/_origin/${name}`);
    const response = await asked.set({ ...json, ...fields }).send(method === 'PUT' ? '{"status":500}' : '');
    expect([response.status, response.body.error]).toEqual([403, expect.stringContaining(who)]);
    expect(await (await origin.fetch('/_origin/fault')).json()).toMatchObject({ fault: { errorRate: 1 } });
    expect([(await origin.fetch('/_origin/health')).status, crashes]).toEqual([200, 0]);
  },
);

test.each(['localhost:8081', '127.0.0.1:8081', '[::1]:8081', 'origin-1:8081'])(
  'takes a change from a page of its own at %s',
  async (host) => {
    const response = await request(origin.server)
      .delete('/_origin/fault')
      .set({ Host: host, Origin: `http://${host}` });
    expect(response.status).toBe(200);
  },
);

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', undefined])(
  'takes no fault that says it is %s, as any page could send one',
  async (type) => {
    const response = await origin.fetch('/_origin/fault', {
      method: 'PUT',
      headers: type ? { 'Content-Type': type } : {},
      body: Buffer.from('{}'),
    });
    expect(response.status).toBe(415);
    expect(await (await origin.fetch('/_origin/fault')).json()).toEqual({ fault: null });
  },
);

test('takes JSON that names its character set', async () => {
  const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
  expect((await origin.fetch('/_origin/fault', { method: 'PUT', headers, body: '{}' })).status).toBe(200);
});

test.each(['', '{', '{"latencyMs":1e}', '\u0000'])('answers 400 to a body of %j', async (body) => {
  expect((await origin.fetch('/_origin/fault', { method: 'PUT', headers: json, body })).status).toBe(400);
});

test('reads 4 KiB of a body and no more, whether its length is said or not', async () => {
  const sized = (bytes: number) => `{}${' '.repeat(bytes - 2)}`;
  const put = (body: string) => origin.fetch('/_origin/fault', { method: 'PUT', headers: json, body });
  expect((await put(sized(4096))).status).toBe(200);
  expect((await put(sized(4097))).status).toBe(413);
  const client = origin.connect();
  client.write('PUT /_origin/fault HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
  client.write(`1001\r\n${sized(4097)}\r\n`); // and it never ends
  expect(await text(client)).toMatch(/^HTTP\/1.1 413 /);
});

test.each(['PUT /_origin/fault', 'POST /_origin/echo'])('a client that leaves in the middle of a %s does no harm', async (line) => {
  const client = origin.connect();
  client.write(`${line} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`);
  const [req] = await once(origin.server, 'request');
  client.destroy();
  await until(
    () => req.closed,
    () => req.aborted,
  );
  expect((await origin.fetch('/')).status).toBe(200);
});

test('answers that it crashes, then does', async () => {
  const response = await origin.fetch('/_origin/crash', { method: 'POST' });
  expect([response.status, await response.text()]).toEqual([202, `the origin server :${origin.port} crashes\n`]);
  await until(
    () => crashes === 1,
    () => crashes,
  );
});

test.each([503, 301, 204, 205, 304, 201])('says of its health what it is told to: %d', async (status) => {
  const set = await origin.put('/_origin/health', { status });
  expect(await set.json()).toEqual({ status, endsAt: '1970-01-01T00:02:00.000Z' });
  for (const method of ['GET', 'HEAD']) {
    expect((await origin.fetch('/_origin/health', { method, redirect: 'manual' })).status).toBe(status);
  }
  expect((await origin.fetch('/')).status).toBe(200);
  const back = await origin.fetch('/_origin/health', { method: 'DELETE' });
  expect(await back.json()).toEqual({ status: 200 });
  expect(await (await origin.fetch('/_origin/health')).text()).toBe('ok\n');
});

test.each([
  [204, /^HTTP\/1.1 204 No Content\r\nDate: [^\r]*\r\nConnection: close\r\n\r\n$/],
  [205, /^HTTP\/1.1 205 Reset Content\r\nContent-Length: 0\r\nDate: [^\r]*\r\nConnection: close\r\n\r\n$/],
])('has no body where %d forbids one', async (status, whole) => {
  await origin.put('/_origin/health', { status });
  const client = origin.connect();
  client.write('GET /_origin/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(await text(client)).toMatch(whole);
});

test('is well again when it is told 200', async () => {
  await origin.put('/_origin/health', { status: 503, ttlS: 60 });
  expect(await (await origin.put('/_origin/health', { status: 200 })).json()).toEqual({ status: 200 });
  expect(await (await origin.fetch('/_origin/health')).text()).toBe('ok\n');
});

test.each([
  [{}, 'status: missing; give a status from 200 to 599'],
  [{ status: 100 }, 'status: 100 is wrong; give a status from 200 to 599'],
  [{ status: 503, why: 'x' }, 'why: unknown key; the keys are status, ttlS'],
])('takes no health of %j', async (body, problem) => {
  const response = await origin.put('/_origin/health', body);
  expect([response.status, await response.json()]).toMatchObject([400, { problems: [problem] }]);
});

test('echoes a request as it arrived, field by field in order', async () => {
  const client = origin.connect();
  const head =
    'POST /_origin/echo?a=1&a=%20&b=? HTTP/1.1\r\nHOST: x\r\nx-One: 1\r\nConnection: close\r\nX-one: 2\r\nTransfer-Encoding: chunked\r\n';
  client.write(`${head}\r\n6\r\nhéll\n\r\n0\r\nSum: 7\r\n\r\n`);
  const [, body = ''] = (await text(client)).split('\r\n\r\n');
  expect(JSON.parse(body)).toEqual({
    client: { address: '127.0.0.1', port: expect.any(Number) },
    httpVersion: '1.1',
    method: 'POST',
    path: '/_origin/echo',
    query: 'a=1&a=%20&b=?',
    fields: [
      ['HOST', 'x'],
      ['x-One', '1'],
      ['Connection', 'close'],
      ['X-one', '2'],
      ['Transfer-Encoding', 'chunked'],
    ],
    body: { bytes: 6, text: 'héll\n' },
    trailers: [['Sum', '7']],
  });
});

test.each([
  ['that is no text', Buffer.of(0xff, 0xfe), { bytes: 2 }],
  ['of 16 KiB whole', Buffer.alloc(16 * 1024, 'a'), { bytes: 16 * 1024, text: 'a'.repeat(16 * 1024) }],
  ['of more by its length', Buffer.alloc(1024 ** 2, 'a'), { bytes: 1024 ** 2 }],
  ['of nothing', Buffer.alloc(0), { bytes: 0, text: '' }],
])('echoes a body %s', async (_what, body, shown) => {
  const response = await origin.fetch('/_origin/echo', { method: 'PUT', body });
  expect(((await response.json()) as { body: object }).body).toEqual(shown);
});

test.each([0, 1, 64, 65_536, 65_537, 5_000_000])('sends %d bytes, and says so before', async (count) => {
  const response = await origin.fetch(`/_origin/bytes/${count}`);
  expect(response.headers.get('content-length')).toBe(String(count));
  const bytes = Buffer.from(await response.arrayBuffer());
  const line = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n';
  expect(bytes.equals(Buffer.alloc(count, line))).toBe(true);
});

test('says of bytes how many they would be', async () => {
  const response = await origin.fetch('/_origin/bytes/1073741824', { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length')]).toEqual([200, '1073741824']);
});

test.each(['1073741825', '-1', '1.5', '1e3', 'many', '1/2', '%31', '9'.repeat(400)])('sends no %s bytes', async (count) => {
  expect((await origin.fetch(`/_origin/bytes/${count}`)).status).toBe(400);
});

test('makes no more bytes than a client takes', async () => {
  const client = origin.connect();
  client.write('GET /_origin/bytes/1073741824 HTTP/1.1\r\nHost: a\r\n\r\n');
  const [socket] = await once(origin.server, 'connection');
  await once(client, 'readable'); // and then it reads nothing
  while (!socket.writableNeedDrain) await new Promise(setImmediate);
  await origin.fetch('/');
  expect(socket.writableLength).toBeLessThan(1024 ** 2);
  client.destroy();
});
