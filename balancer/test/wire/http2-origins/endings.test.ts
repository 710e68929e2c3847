import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RoadOptions, roadOver, type TestRoad } from '../../road.ts';
import { until } from '../../until.ts';
import { onTheWire } from '../../wire.ts';
import { Client } from '../hostile.ts';
import { get } from '../through.ts';
import {
  block,
  data,
  type Frame,
  type FrameBehaviour,
  type FrameOrigin,
  flags,
  frame,
  goaway,
  head,
  reset,
  settings,
  startFrameOrigin,
  types,
} from './frames.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An origin made of frames, and a road to it that tries each request once. */
async function roadTo(behaviour: FrameBehaviour, options: RoadOptions = {}): Promise<{ road: TestRoad; origin: FrameOrigin }> {
  const origin = await startFrameOrigin(behaviour);
  const road = roadOver([origin.origin], { retries: 0, timeout: 20_000, ...options });
  ends.push(origin.close, road.close);
  return { road, origin };
}

/** Does something with each request, whose header has come in one frame: told its stream and how many there were. */
function onRequest(answer: (socket: Socket, stream: number, nth: number) => void): Required<Pick<FrameBehaviour, 'took'>> {
  let requests = 0;
  return {
    took: ({ type, stream }: Frame, socket: Socket) => {
      if (type !== types.headers) return;
      requests += 1;
      answer(socket, stream, requests);
    },
  };
}

const posted = 'POST /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello';

/** How the first attempt of the first exchange ended. */
async function resultIn(road: TestRoad): Promise<string | undefined> {
  return (await road.record()).attempts[0]?.result;
}

/** Fields in as many frames as they need, which are all of the answer. */
function headInParts(stream: number, fields: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < fields.length; at += 16_000) {
    const isLast = at + 16_000 >= fields.length;
    const flag = isLast ? flags.endHeaders : 0;
    const part = fields.subarray(at, at + 16_000);
    frames.push(at === 0 ? frame(types.headers, flag + flags.endStream, stream, part) : frame(types.continuation, flag, stream, part));
  }
  return Buffer.concat(frames);
}

const names = [
  ...['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED', 'FRAME_SIZE_ERROR'],
  ...['REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM', 'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED'],
];
const codes = names.map((name, code) => [name, code] as const);

describe('an origin of HTTP/2 that resets a stream', () => {
  test.each(codes.filter(([name]) => name !== 'REFUSED_STREAM'))('with %s before it answers has given no answer', async (name, code) => {
    const { road } = await roadTo(onRequest((socket, stream) => socket.write(reset(stream, code))));
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 502 /);
    const problem = name === 'PROTOCOL_ERROR' ? 'no valid HTTP: a stream error of HTTP/2, PROTOCOL_ERROR' : `stream ended with ${name}`;
    expect(await resultIn(road)).toBe(problem);
  });

  test.each(codes)('with %s in the middle of an answer never makes that look whole', async (_name, code) => {
    const { road } = await roadTo(
      onRequest((socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'part'), reset(stream, code)]))),
    );
    const response = await onTheWire(road.server, get('/'));
    expect(response).not.toMatch(/0\r\n\r\n$/);
    expect((await road.record()).status).toBe(null);
  });

  test('with NO_ERROR behind a whole answer wants no more of the request', async () => {
    const { road } = await roadTo(
      onRequest((socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'whole', true), reset(stream, 0)]))),
    );
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(`POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(100_000)}`);
    await client.until(/\r\n\r\n5\r\nwhole\r\n0\r\n\r\n$/);
    client.send(`${'x'.repeat(100_000)}${get('/')}`);
    expect(await client.end()).toMatch(/whole[\s\S]*whole\r\n0\r\n\r\n$/);
  });
});

describe('what an origin of HTTP/2 has not begun with leaves once more, whatever its method:', () => {
  test('a stream that it refuses', async () => {
    const { road, origin } = await roadTo(
      onRequest((socket, stream, nth) =>
        socket.write(nth === 1 ? reset(stream, 7) : Buffer.concat([head(stream), data(stream, 'well', true)])),
      ),
    );
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 200 [\s\S]*well/);
    expect(origin.frames.filter(({ type }) => type === types.headers)).toHaveLength(2);
    expect((await road.record()).attempts).toHaveLength(1);
  });

  test('also in the middle of a body that is streamed, from its beginning', async () => {
    const got: string[] = [];
    const first = Promise.withResolvers<void>();
    const { road } = await roadTo({
      took: ({ type, stream, payload, flags: flag }, socket) => {
        if (type !== types.data) return;
        got.push(`${stream}:${payload}`);
        if (got.length === 1) {
          socket.write(reset(stream, 7));
          first.resolve();
        }
        if (flag === flags.endStream) socket.write(Buffer.concat([head(stream), data(stream, 'well', true)]));
      },
    });
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send('POST /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n');
    await first.promise;
    await until(
      () => got.length === 2,
      () => got,
    );
    client.send('3\r\ntwo\r\n0\r\n\r\n');
    expect(await client.end()).toMatch(/^HTTP\/1\.1 200 [\s\S]*well/);
    expect(got.slice(0, 3)).toEqual(['1:one', '3:one', '3:two']);
  });

  test('but not where its client has left in between', async () => {
    const refused = Promise.withResolvers<void>();
    let connections = 0;
    const { road } = await roadTo({
      // The second connection hears nothing, so that what is to leave by it waits.
      isMute: true,
      connected: (socket) => {
        connections += 1;
        if (connections === 1) socket.write(settings());
      },
      took: ({ type }, socket) => {
        if (type !== types.data) return;
        socket.write(goaway(0));
        refused.resolve();
      },
    });
    const client = await Client.to(road.server);
    client.send('POST /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n');
    await refused.promise;
    await until(
      () => connections === 2,
      () => connections,
    );
    client.leave();
    // Where the parser hears of it first, the rest of the request can't be read.
    expect([null, 400]).toContain((await road.record()).status);
  });

  test('but not for ever, and then another origin gets it', async () => {
    const refusing = await startFrameOrigin(onRequest((socket, stream) => socket.write(reset(stream, 7))));
    const other = await startFrameOrigin(
      onRequest((socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'other', true)]))),
    );
    const road = roadOver([refusing.origin, other.origin], { flags: ['--policy=first'] });
    ends.push(refusing.close, other.close, road.close);
    const answers = await Promise.all([1, 2].map(() => onTheWire(road.server, posted)));
    expect(answers.map((answer) => /other/.test(answer))).toEqual([true, true]);
    await until(
      () => road.records().length === 2,
      () => road.records(),
    );
    const results = road.records().flatMap(({ attempts }) => attempts.map(({ result }) => result));
    expect(results.every((result) => result === '200' || result === 'refused by the origin before it began')).toBe(true);
    expect(refusing.frames.filter(({ type }) => type === types.headers).length % 3).toBe(0);
  });

  test('and where there is no other, the client is told to come back', async () => {
    const { road } = await roadTo(onRequest((socket, stream) => socket.write(reset(stream, 7))));
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: /);
  });

  test.each([
    ['NO_ERROR', 0],
    ['ENHANCE_YOUR_CALM', 11],
    ['INTERNAL_ERROR', 2],
  ])('a stream above the last one of a GOAWAY with %s, on a new connection', async (_name, code) => {
    const { road, origin } = await roadTo(
      onRequest((socket, stream, nth) =>
        socket.write(nth === 1 ? goaway(0, code) : Buffer.concat([head(stream), data(stream, 'well', true)])),
      ),
    );
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 200 [\s\S]*well/);
    expect(origin.sockets).toHaveLength(2);
  });

  test('one that waited for a connection which goes away as it opens', async () => {
    let connections = 0;
    const { road } = await roadTo({
      connected: (socket) => {
        connections += 1;
        socket.write(connections === 1 ? Buffer.concat([settings(), goaway(0)]) : settings());
      },
      ...onRequest((socket, stream) => connections > 1 && socket.write(Buffer.concat([head(stream), data(stream, 'well', true)]))),
    });
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 200 [\s\S]*well/);
  });
});

describe('an origin of HTTP/2 that goes away', () => {
  test('finishes what runs, while the next request gets a new connection', async () => {
    const running: [Socket, number][] = [];
    const { road, origin } = await roadTo(
      onRequest((socket, stream, nth) => {
        if (nth > 1) socket.write(Buffer.concat([head(stream), data(stream, 'next', true)]));
        else {
          running.push([socket, stream]);
          socket.write(Buffer.concat([head(stream), data(stream, 'first '), goaway(2 ** 31 - 1), goaway(stream)]));
        }
      }),
    );
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    client.send(get('/long'));
    await client.until(/first /);
    expect(await onTheWire(road.server, get('/'))).toMatch(/next/);
    if (road.threads === 1) expect(origin.sockets).toHaveLength(2);
    for (const [socket, stream] of running) socket.write(data(stream, 'and last', true));
    expect(await client.end()).toMatch(/first [\s\S]*and last\r\n0\r\n\r\n$/);
  });

  test('with an error may have acted on what it has begun with: a POST is a 502', async () => {
    const { road, origin } = await roadTo(onRequest((socket, stream) => socket.write(goaway(stream, 2))));
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await resultIn(road)).toBe('connection closed, GOAWAY with INTERNAL_ERROR');
    expect(origin.sockets).toHaveLength(1);
  });

  test.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('without a word, as it %s its connection, has broken off its answer', async (_how, go) => {
    const { road } = await roadTo(
      onRequest((socket, stream) => {
        socket.write(Buffer.concat([head(stream), data(stream, 'part')]));
        setImmediate(() => go(socket));
      }),
    );
    // A reset may overtake the part that has come.
    expect(await onTheWire(road.server, get('/'))).not.toMatch(/ 200 [\s\S]*0\r\n\r\n$/);
    expect([null, 502]).toContain((await road.record()).status);
  });

  test('just as a request arrives on a connection that was used before, gets it once more where that may be done twice', async () => {
    const { road, origin } = await roadTo(
      onRequest((socket, stream, nth) => {
        if (nth === 2) socket.resetAndDestroy();
        else socket.write(Buffer.concat([head(stream), data(stream, 'well', true)]));
      }),
    );
    const client = await Client.to(road.server);
    ends.push(() => client.leave());
    const plain = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    await client.send(plain).until(/well\r\n0\r\n\r\n$/);
    await client.send(plain).until(/well[\s\S]*well\r\n0\r\n\r\n$/);
    expect(origin.sockets).toHaveLength(2);
    await until(
      () => road.records().length === 2,
      () => road.records(),
    );
    expect(road.records().flatMap(({ attempts }) => attempts)).toHaveLength(2);
  });

  test('behind a whole answer has that delivered to a client that reads slowly', async () => {
    const body = 'z'.repeat(60_000);
    const { road } = await roadTo(
      onRequest((socket, stream) => {
        const pieces = [0, 1, 2, 3].map((i) => data(stream, body.slice(i * 15_000, (i + 1) * 15_000), i === 3));
        socket.write(Buffer.concat([head(stream, { 'content-length': '60000' }), ...pieces]));
        socket.end();
      }),
    );
    expect((await onTheWire(road.server, get('/'))).endsWith(body)).toBe(true);
  });
});

describe('an origin of HTTP/2 that breaks the rules', () => {
  test.each([
    ['sends less than it said', (stream: number) => [head(stream, { 'content-length': '9' }), data(stream, 'short', true)]],
    ['sends more than it said', (stream: number) => [head(stream, { 'content-length': '2' }), data(stream, 'long', true)]],
    ['has names in upper case', (stream: number) => [head(stream, { 'X-Upper': '1' }, true)]],
    ['has fields of a connection', (stream: number) => [head(stream, { connection: 'close' }, true)]],
    ['gives no status', (stream: number) => [frame(types.headers, flags.endHeaders + flags.endStream, stream, block({ a: 'b' }))]],
    ['begins with its body', (stream: number) => [data(stream, 'body', true)]],
    [
      'ends with an interim answer',
      (stream: number) => [frame(types.headers, flags.endHeaders + flags.endStream, stream, block({ ':status': '103' }))],
    ],
    ['sends rubbish for fields', (stream: number) => [frame(types.headers, flags.endHeaders, stream, Buffer.alloc(9, 0xff))]],
    ['sends a frame that is too long', (stream: number) => [frame(types.data, 0, stream, Buffer.alloc(20_000))]],
  ])('and %s has given no whole answer', async (_what, frames) => {
    const { road } = await roadTo(onRequest((socket, stream) => socket.write(Buffer.concat(frames(stream)))));
    const response = await onTheWire(road.server, get('/'));
    expect(response === '' || /^HTTP\/1\.1 (?:502 |200 [\s\S]*\r\n\r\n(?:short|lo)?$)/.test(response)).toBe(true);
    await until(
      () => road.records().length === 1,
      () => road.records(),
    );
    const [record] = road.records();
    expect(record?.status === null || record?.status === 502).toBe(true);
  });

  test('and speaks HTTP/1.1 instead gets nothing of a request, and is said to speak no HTTP/2', async () => {
    const { road, origin } = await roadTo({ connected: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n') });
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await resultIn(road)).toBe('no HTTP/2 (NO_HTTP2)');
    expect(origin.frames.some(({ type }) => type === types.headers)).toBe(false);
  });

  test('and says nothing at all gets nothing of a request', async () => {
    const { road, origin } = await roadTo({ connected: () => {}, isMute: true }, { timeout: 300 });
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 504 /);
    expect(await resultIn(road)).toBe('no HTTP/2 in time');
    expect(origin.frames.some(({ type }) => type === types.headers)).toBe(false);
  });

  test('and never opens its window has a long request end with the time for an answer', async () => {
    const { road } = await roadTo({ connected: (socket) => socket.write(settings([4, 0])) }, { timeout: 400 });
    const body = 'x'.repeat(200_000);
    const response = await onTheWire(
      road.server,
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(response).toMatch(/^HTTP\/1\.1 504 /);
    expect(await resultIn(road)).toBe('no answer in time');
  });

  test('and begins a header that never ends is waited for no longer than for any', async () => {
    const { road } = await roadTo(
      onRequest((socket, stream) => socket.write(frame(types.headers, 0, stream, block({ ':status': '200' })))),
      { timeout: 400 },
    );
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 504 /);
  });

  test('and goes on with such a header for ever loses its connection', async () => {
    const { road, origin } = await roadTo(
      onRequest((socket, stream) => {
        socket.write(frame(types.headers, 0, stream, block({ ':status': '200' })));
        for (let i = 0; i < 200; i++) socket.write(frame(types.continuation, 0, stream, block({ 'x-a': 'b'.repeat(100) })));
      }),
    );
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 502 /);
    await until(
      () => origin.sockets.every((socket) => socket.destroyed || socket.readableEnded),
      () => origin.sockets.length,
    );
  });

  test('and floods with SETTINGS or PING costs nobody else anything', async () => {
    const flood = Buffer.concat(Array.from({ length: 20_000 }, () => settings([3, 100])));
    const pings = Buffer.concat(Array.from({ length: 20_000 }, () => frame(types.ping, 0, 0, Buffer.alloc(8))));
    const bad = await startFrameOrigin(onRequest((socket) => socket.write(Buffer.concat([flood, pings]))));
    const good = await startFrameOrigin(
      onRequest((socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'good', true)]))),
    );
    const road = roadOver([bad.origin, good.origin], { timeout: 2000 });
    ends.push(bad.close, good.close, road.close);
    const answers = await Promise.all([1, 2, 3, 4].map(() => onTheWire(road.server, get('/'))));
    expect(answers.filter((answer) => /good/.test(answer))).toHaveLength(4);
  });

  test.each([
    ['a little too long', 70_000, 'header over --max-answer-header'],
    ['far too long', 120_000, 'header over --max-answer-header'],
  ])('and sends a header that is %s is a 502', async (_what, size, problem) => {
    const fields = Buffer.concat([
      block({ ':status': '200' }),
      ...Array.from({ length: 4 }, (_, i) => block({ [`x-${i}`]: 'v'.repeat(size / 4) })),
    ]);
    const { road } = await roadTo(
      onRequest((socket, stream) => {
        socket.write(headInParts(stream, fields));
      }),
    );
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 502 /);
    expect(await resultIn(road)).toBe(problem);
  });

  test('and sends a small header that unpacks to a huge one is a 502, at no cost in memory', async () => {
    // One field of 4 kB goes into the table, and each byte behind it is that field again.
    const name = Buffer.from('x-bomb');
    const value = Buffer.alloc(4000, 'v');
    const length = [127, ((4000 - 127) % 128) + 128, Math.floor((4000 - 127) / 128)];
    const first = Buffer.concat([Buffer.of(0x40, name.length), name, Buffer.from(length), value]);
    const bomb = Buffer.concat([block({ ':status': '200' }), first, Buffer.alloc(10_000, 0x80 + 62)]);
    const { road } = await roadTo(
      onRequest((socket, stream) => socket.write(frame(types.headers, flags.endHeaders + flags.endStream, stream, bomb))),
    );
    const before = process.memoryUsage().rss;
    expect(await onTheWire(road.server, get('/'))).toMatch(/^HTTP\/1\.1 502 /);
    expect(process.memoryUsage().rss - before).toBeLessThan(30 * 1024 * 1024);
  });

  test('and is silent in the middle of an answer is given up after the idle timeout', async () => {
    const { road } = await roadTo(
      onRequest((socket, stream) => socket.write(Buffer.concat([head(stream), data(stream, 'part')]))),
      { timeout: 5000, patience: 300 },
    );
    expect(await onTheWire(road.server, get('/'))).toMatch(/part/);
    expect(await resultIn(road)).toBe('silent for too long in mid-answer');
  });

  test('and sends one interim answer after the other is a 502', async () => {
    const { road } = await roadTo(
      onRequest((socket, stream) => {
        const hint = frame(types.headers, flags.endHeaders, stream, block({ ':status': '103', link: '<a>' }));
        socket.write(Buffer.concat(Array.from({ length: 100 }, () => hint)));
      }),
    );
    expect(await onTheWire(road.server, get('/'))).toMatch(/HTTP\/1\.1 502 /);
    expect(await resultIn(road)).toBe('too many interim answers');
  });

  test('and takes no streams at all refuses each request', async () => {
    const { road, origin } = await roadTo({ connected: (socket) => socket.write(settings([3, 0])) });
    expect(await onTheWire(road.server, posted)).toMatch(/^HTTP\/1\.1 503 /);
    expect(origin.frames.some(({ type }) => type === types.headers)).toBe(false);
  });
});
