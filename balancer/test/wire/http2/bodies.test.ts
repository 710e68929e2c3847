import type { IncomingMessage } from 'node:http';
import { constants } from 'node:http2';
import { expect, test } from '@jest/globals';
import { until } from '../../until.ts';
import { origin } from '../limited.ts';
import { answerOf, ask, clientOf, roadOfBoth, roadTo } from './asking.ts';
import { asking, block, codes, FrameClient, flags, frame, types } from './frames.ts';

const big = Buffer.alloc(3_000_000, 'x');

async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of req.setEncoding('latin1')) body += piece;
  return body;
}

/** An origin that keeps what it is asked with, as far as it comes, and answers when it is whole. */
async function keeper(...flags: string[]) {
  const bodies: { text: string; isWhole: boolean; headers: IncomingMessage['headers'] }[] = [];
  const road = await roadTo(
    (req, res) => {
      const kept = { text: '', isWhole: false, headers: req.headers };
      bodies.push(kept);
      req.setEncoding('latin1').on('data', (text: string) => {
        kept.text += text;
      });
      req.on('end', () => {
        kept.isWhole = true;
        res.end(`${kept.text.length}`);
      });
      req.on('error', () => {});
    },
    ...flags,
  );
  return { ...road, bodies };
}

test.each([
  ['a short one of known length', 'hello', { 'content-length': 5 }],
  ['a short one of unknown length', 'hello', {}],
  ['an empty one of unknown length', '', {}],
  ['a long one of known length', big, { 'content-length': big.length }],
  ['a long one of unknown length', big, {}],
])('a body comes to the origin whole: %s', async (_what, body, headers) => {
  for (const method of ['POST', 'PUT']) {
    const { bodies, ...road } = await keeper();
    const { status, body: told } = await ask(await clientOf(road), { ':method': method, ...headers }, body);
    expect([status, told]).toEqual([200, `${body.length}`]);
    expect(bodies[0]?.text === body.toString()).toBe(true);
  }
});

test.each([1, 100_000])('a request with a body of %i bytes counts as answered when its answer is', async (length) => {
  const road = await roadTo();
  const client = await clientOf(road);
  const { status } = await ask(client, { ':method': 'POST' }, Buffer.alloc(length));
  expect([status, (await road.record()).status]).toEqual([200, 200]);
});

test('a body of unknown length goes in chunks, one of known length as it is', async () => {
  const { bodies, ...road } = await keeper();
  const client = await clientOf(road);
  await ask(client, { ':method': 'POST' }, 'a');
  await ask(client, { ':method': 'POST', 'content-length': 1 }, 'a');
  expect(bodies.map(({ headers }) => [headers['transfer-encoding'], headers['content-length']])).toEqual([
    ['chunked', undefined],
    [undefined, '1'],
  ]);
});

test.each([
  ['POST', 'as it comes'],
  ['PUT', 'whole'],
])('trailers behind a body come to the origin (%s, %s)', async (method) => {
  const trailers: unknown[] = [];
  const road = await roadTo(async (req, res) => {
    await bodyOf(req);
    trailers.push(req.trailers);
    res.end();
  });
  const stream = (await clientOf(road)).request({ ':method': method, ':path': '/' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'abc' }));
  const answer = answerOf(stream);
  stream.end('hello');
  expect((await answer).status).toBe(200);
  expect(trailers).toEqual([{ 'x-sum': 'abc' }]);
});

test('whoever expects to be told to go on is told so', async () => {
  const { bodies, ...road } = await keeper();
  const stream = (await clientOf(road)).request({ ':method': 'POST', ':path': '/', expect: '100-continue' });
  const answer = answerOf(stream);
  await new Promise((resolve) => stream.once('continue', resolve));
  stream.end('hello');
  expect((await answer).body).toBe('5');
  expect(bodies[0]?.headers.expect).toBeUndefined();
});

test.each([
  ['of known length', [['content-length', '100000']]],
  ['of unknown length', []],
] as [string, [string, string][]][])('an upload %s that its client cancels is never whole at the origin', async (_what, fields) => {
  for (const code of [codes.cancel, codes.none]) {
    for (const method of ['POST', 'PUT']) {
      const { bodies, ...road } = await keeper();
      const client = await FrameClient.to(road.server);
      client.ask(1, [...asking('/', method), ...fields], flags.endHeaders);
      client.send(...Array.from({ length: 5 }, () => frame(types.data, flags.none, 1, 'x'.repeat(10_000))));
      await client.read();
      client.send(frame(types.reset, flags.none, 1, Buffer.from([0, 0, 0, code])));
      const { attempts, status } = await road.record();
      expect([status, bodies.some(({ isWhole }) => isWhole)]).toEqual([null, false]);
      expect(attempts.map(({ result }) => result).filter((result) => result !== 'client left')).toEqual([]);
    }
  }
});

test('a request that is cancelled in the packet that it came in goes nowhere', async () => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  client.send(
    frame(types.headers, flags.endHeaders, 1, block(...asking('/', 'POST'))),
    frame(types.data, flags.none, 1, 'x'),
    frame(types.reset, flags.none, 1, Buffer.from([0, 0, 0, 0])),
  );
  client.ask(3, asking('/good'));
  await client.ended(3);
  expect(road.requests.map(({ url, complete }) => [url, complete]).filter(([url]) => url !== '/good')).toEqual([]);
});

test.each([
  ['more', 'hello!'],
  ['less', 'hell'],
])('a body of %s than its length is an error, and not whole at the origin', async (_what, body) => {
  const { bodies, ...road } = await keeper();
  const client = await FrameClient.to(road.server);
  client.ask(1, [...asking('/', 'POST'), ['content-length', '5']], flags.endHeaders);
  await client.read();
  client.send(frame(types.data, flags.endStream, 1, body));
  // Node makes it an error of the whole connection where it comes in one piece.
  await until(
    () => client.of(types.reset, 1).length > 0 || !client.isOpen,
    () => client.frames,
  );
  expect((await road.record()).status).toBeNull();
  expect(bodies.filter(({ isWhole }) => isWhole)).toEqual([]);
});

test('an origin that answers before it has the whole request gets the rest, while somebody takes it', async () => {
  let rest = '';
  const road = await roadTo((req, res) => {
    res.end('early');
    req.setEncoding('latin1').on('data', (text: string) => {
      rest += text;
    });
  });
  const stream = (await clientOf(road)).request({ ':method': 'POST', ':path': '/' });
  const answer = answerOf(stream);
  stream.write('a');
  await new Promise((resolve) => stream.once('end', resolve));
  stream.end('b');
  expect(await answer).toMatchObject({ status: 200, body: 'early', code: constants.NGHTTP2_NO_ERROR });
  await until(
    () => rest === 'ab',
    () => rest,
  );
});

test('a client that is refused is told to stop sending, without an error', async () => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  client.ask(1, [...asking('/', 'POST'), ['expect', 'miracles']], flags.endHeaders);
  await client.ended(1);
  expect(await client.reset(1)).toBe(codes.none);
});

test('an origin that reads nothing has the client wait, and other requests on the connection do not', async () => {
  const slow = await origin((req, res) => {
    if (req.url === '/slow') req.pause();
    else res.end('fast');
  });
  const road = roadOfBoth([slow.origin]);
  const client = await clientOf(road);
  const stream = client.request({ ':method': 'POST', ':path': '/slow' });
  stream.on('error', () => {});
  let taken = 0;
  const piece = Buffer.alloc(1_000_000);
  const send = () =>
    stream.write(piece, () => {
      taken += 1;
      if (taken < 100) send();
    });
  send();
  for (let i = 0; i < 20; i += 1) expect((await ask(client)).body).toBe('fast');
  // What the system holds of a connection to the origin, and nothing like all of it.
  expect(taken).toBeLessThan(30);
  stream.close();
});

test('many short frames come to the origin as they were, however they are cut', async () => {
  const { bodies, ...road } = await keeper();
  const client = await FrameClient.to(road.server);
  client.ask(1, asking('/', 'POST'), flags.endHeaders);
  const letters = Array.from({ length: 5000 }, (_, i) => String.fromCharCode(97 + (i % 26)));
  client.send(...letters.map((letter) => frame(types.data, flags.none, 1, letter)), frame(types.data, flags.endStream, 1));
  await client.ended(1);
  expect(bodies[0]?.text).toBe(letters.join(''));
});
