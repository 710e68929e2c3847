import { constants } from 'node:http2';
import { expect, test } from '@jest/globals';
import { until } from '../../until.ts';
import { origin } from '../limited.ts';
import { answerOf, ask, clientOf, roadOfBoth, roadTo } from './asking.ts';
import { asking, codes, FrameClient, flags, frame, settings, types, word } from './frames.ts';

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

test('an answer comes whole, be it long or short', async () => {
  const road = await roadTo((req, res) => res.end('x'.repeat(Number(req.url?.slice(1)))));
  const client = await clientOf(road);
  for (const length of [0, 1, 5000, 70_000, 5_000_000]) {
    const { body, headers, code } = await ask(client, { ':path': `/${length}` });
    expect([body.length, headers['content-length'], code]).toEqual([length, `${length}`, NGHTTP2_NO_ERROR]);
  }
});

test('an answer in pieces comes as its pieces do', async () => {
  const road = await roadTo((_req, res) => {
    res.write('a');
    setTimeout(() => res.write('b'), 20);
    setTimeout(() => res.end('c'), 40);
  });
  const stream = (await clientOf(road)).request({ ':path': '/' });
  const pieces: string[] = [];
  stream.setEncoding('latin1').on('data', (text: string) => void pieces.push(text));
  await new Promise((resolve) => stream.on('close', resolve));
  expect(pieces).toEqual(['a', 'b', 'c']);
});

test('early hints are passed on', async () => {
  const road = await roadTo((_req, res) => res.writeEarlyHints({ link: ['</a>; rel=preload', '</b>; rel=preload'] }, () => res.end('x')));
  const { status, interim } = await ask(await clientOf(road));
  expect([status, interim.map(({ ':status': code, link }) => [code, link])]).toEqual([
    200,
    [[103, '</a>; rel=preload, </b>; rel=preload']],
  ]);
});

test('trailers are passed on, with a body and without', async () => {
  const road = await roadTo((req, res) => {
    res.writeHead(200, { 'Transfer-Encoding': 'chunked', Trailer: 'X-Sum' });
    res.addTrailers({ 'X-Sum': 'abc' });
    res.end(req.url === '/empty' ? undefined : 'body');
  });
  const client = await clientOf(road);
  for (const [path, body] of [
    ['/', 'body'],
    ['/empty', ''],
  ] as const) {
    const answer = await ask(client, { ':path': path, te: 'trailers' });
    expect(answer).toMatchObject({ status: 200, body, trailers: { 'x-sum': 'abc' }, code: NGHTTP2_NO_ERROR });
  }
});

test.each([
  ['an empty body', 'GET', '/empty', 200],
  ['HEAD', 'HEAD', '/full', 200],
  ['204', 'GET', '/204', 204],
  ['304', 'GET', '/304', 304],
])('where there is no body, the stream ends with the fields: %s', async (_what, method, path, status) => {
  const road = await roadTo((req, res) => {
    const code = Number(req.url?.slice(1)) || 200;
    res.writeHead(code, req.url === '/full' ? { 'Content-Length': 4 } : {});
    res.end(req.url === '/full' ? 'full' : undefined);
  });
  const client = await FrameClient.to(road.server);
  client.ask(1, asking(path, method));
  expect(await client.status(1)).toBe(status);
  await client.ended(1);
  expect([(await client.first(types.headers, 1)).flags & flags.endStream, client.of(types.data, 1)]).toEqual([flags.endStream, []]);
});

test('a 205 has no body, and no length of the one that its origin sent', async () => {
  const road = await roadTo((_req, res) => {
    res.socket?.end('HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
  });
  const { status, headers, code } = await ask(await clientOf(road));
  expect([status, headers['content-length'], code]).toEqual([205, undefined, 0]);
});

test('a short answer is one frame of fields, and one of data that ends the stream', async () => {
  const road = await roadTo((_req, res) => res.end('hello'));
  const client = await FrameClient.to(road.server);
  client.ask(1);
  await client.ended(1);
  const shown = client.frames
    .filter(({ stream }) => stream === 1)
    .map(({ type, flags: flag, payload }) => [type, flag, type === types.data ? payload.toString() : '']);
  expect(shown).toEqual([
    [types.headers, flags.endHeaders, ''],
    [types.data, flags.endStream, 'hello'],
  ]);
});

test.each([
  ['of known length', { 'Content-Length': 100 }],
  ['of unknown length', {}],
])('an answer %s that breaks off ends with INTERNAL_ERROR, and never in good order', async (_what, fields) => {
  const road = await roadTo((_req, res) => {
    res.writeHead(200, fields).write('half');
    setTimeout(() => res.socket?.resetAndDestroy(), 20);
  });
  const client = await FrameClient.to(road.server);
  client.ask(1);
  expect(await client.reset(1)).toBe(codes.internal);
  expect(client.frames.filter(({ stream, type, flags: flag }) => stream === 1 && type < 2 && (flag & flags.endStream) !== 0)).toEqual([]);
  // Others on the connection are not disturbed.
  expect(client.isOpen).toBe(true);
});

test('an answer that breaks off at once is a 502', async () => {
  const road = await roadTo((req) => req.socket.destroy());
  expect(await ask(await clientOf(road))).toMatchObject({ status: 502, code: NGHTTP2_NO_ERROR });
});

test('a request that its client cancels is given up at the origin, and others on the connection are not', async () => {
  let left = 0;
  const road = await roadTo((req, res) => {
    if (req.url !== '/slow') return res.end('fast');
    res.on('close', () => {
      left += 1;
    });
    return res.write('begun');
  });
  const client = await clientOf(road);
  const stream = client.request({ ':path': '/slow' });
  stream.on('error', () => {});
  await new Promise((resolve) => stream.once('data', resolve));
  stream.close(constants.NGHTTP2_CANCEL);
  await until(
    () => left === 1,
    () => left,
  );
  expect((await ask(client)).body).toBe('fast');
  expect((await road.record()).status).toBeNull();
});

test('a client that leaves gives up all that it asked for', async () => {
  let left = 0;
  const road = await roadTo((_req, res) => {
    res.on('close', () => {
      left += 1;
    });
    res.write('begun');
  });
  const client = await clientOf(road);
  const streams = Array.from({ length: 5 }, () => client.request({ ':path': '/' }));
  for (const stream of streams) stream.on('error', () => {});
  await Promise.all(streams.map((stream) => new Promise((resolve) => stream.once('data', resolve))));
  client.destroy();
  await until(
    () => left === 5,
    () => left,
  );
});

test('a client that opens no window is sent nothing, has the origin wait, and others don’t wait for it', async () => {
  let sent = 0;
  const road = await roadTo((req, res) => {
    if (req.url === '/short') return res.end('ok');
    const piece = Buffer.alloc(64 * 1024);
    const send = () => {
      while (sent < 1000) {
        sent += 1;
        if (!res.write(piece)) return void res.once('drain', send);
      }
    };
    return send();
  });
  const client = await FrameClient.to(road.server, [settings.initialWindow, 0]);
  client.ask(1, asking('/long'));
  client.ask(3, asking('/short'));
  await client.first(types.headers, 1);
  expect(await client.status(3)).toBe(200);
  client.send(frame(types.windowUpdate, flags.none, 3, word(10)));
  await client.ended(3);
  expect(client.of(types.data, 1)).toEqual([]);
  await until(
    () => road.requests.length === 2,
    () => road.requests.length,
  );
  const before = sent;
  expect(before).toBeLessThan(200);
  client.send(frame(types.windowUpdate, flags.none, 1, word(5)));
  const piece = await client.first(types.data, 1);
  expect(piece.payload.length).toBe(5);
});

test('answers of one connection overtake each other', async () => {
  const held: (() => void)[] = [];
  const slow = await origin((req, res) => {
    if (req.url === '/0') held.push(() => res.end('0'));
    else res.end(req.url?.slice(1));
  });
  const client = await clientOf(roadOfBoth([slow.origin]));
  const first = ask(client, { ':path': '/0' });
  const others = await Promise.all([1, 2, 3].map((i) => ask(client, { ':path': `/${i}` })));
  expect(others.map(({ body }) => body)).toEqual(['1', '2', '3']);
  await until(
    () => held.length === 1,
    () => held.length,
  );
  held[0]?.();
  expect((await first).body).toBe('0');
});

test('a status that HTTP/2 does not know is a 502 in its place', async () => {
  const road = await roadTo((_req, res) => res.writeHead(700).end('x'));
  expect(await ask(await clientOf(road))).toMatchObject({ status: 502, code: NGHTTP2_NO_ERROR });
});

test('fields of the origin’s connection don’t come to the client', async () => {
  const road = await roadTo((_req, res) =>
    res.writeHead(200, { 'Keep-Alive': 'timeout=5', Connection: 'x-own', 'X-Own': '1', 'Proxy-Connection': 'close' }).end('x'),
  );
  const { headers } = await ask(await clientOf(road));
  expect(Object.keys(headers).filter((name) => /connection|keep-alive|x-own|transfer/.test(name))).toEqual([]);
});

test('an origin that is not there is a 502, with its reason', async () => {
  const { origin: only } = await origin();
  const road = roadOfBoth([{ ...only, id: 'x', url: new URL('http://127.0.0.1:9') }]);
  const { status, body, code } = await ask(await clientOf(road));
  expect([status, code]).toEqual([502, NGHTTP2_NO_ERROR]);
  expect(body).toMatch(/^502 Bad Gateway: no origin could answer \(request /);
});

test('an answer that can’t be sent on after all ends with an error', async () => {
  const road = await roadTo((_req, res) => {
    res.writeHead(200, { 'Content-Length': 10 }).write('12345');
    setTimeout(() => res.socket?.end(), 20);
  });
  const stream = (await clientOf(road)).request({ ':path': '/' });
  expect(await answerOf(stream)).toMatchObject({ status: 200, body: '12345', code: NGHTTP2_INTERNAL_ERROR });
});
