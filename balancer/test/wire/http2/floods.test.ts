import { expect, test } from '@jest/globals';
import { origin } from '../limited.ts';
import { ask, clientOf, roadOfBoth, roadTo } from './asking.ts';
import { asking, block, codes, FrameClient, flags, frame, settings, settingsOf, types, word } from './frames.ts';

/** What a client does that the balancer must not put up with, and the codes that it may be told. */
const floods: [string, (client: FrameClient) => void, number[]][] = [
  [
    'requests that are cancelled at once (CVE-2023-44487)',
    (client) => {
      for (let i = 0; i < 3000; i += 1) {
        const stream = 2 * i + 1;
        client.send(frame(types.headers, flags.endStream | flags.endHeaders, stream, block(...asking('/slow'))));
        client.send(frame(types.reset, flags.none, stream, word(codes.cancel)));
      }
    },
    [codes.calm, codes.internal],
  ],
  [
    'requests that the balancer itself is made to reset',
    (client) => {
      for (let i = 0; i < 3000; i += 1) {
        const stream = 2 * i + 1;
        client.send(frame(types.headers, flags.endHeaders, stream, block(...asking('/slow', 'POST'))));
        client.send(frame(types.windowUpdate, flags.none, stream, word(0)));
      }
    },
    [codes.calm, codes.internal, codes.protocol],
  ],
  [
    'requests that can’t be read',
    (client) => {
      for (let i = 0; i < 3000; i += 1) client.ask(2 * i + 1, [...asking(), ['X-Upper', '1']]);
    },
    [codes.calm, codes.internal, codes.protocol],
  ],
  [
    'fields without end (CONTINUATION)',
    (client) => {
      client.send(frame(types.headers, flags.endStream, 1, block(...asking())));
      for (let i = 0; i < 1000; i += 1) client.send(frame(types.continuation, flags.none, 1, block([`x-${i}`, 'a'.repeat(1000)])));
    },
    [codes.calm, codes.internal, codes.protocol],
  ],
  [
    'SETTINGS',
    (client) => {
      for (let i = 0; i < 200; i += 1) client.send(frame(types.settings, flags.none, 0, settingsOf([settings.initialWindow, i])));
    },
    [codes.calm],
  ],
  [
    'SETTINGS of many parts',
    (client) => {
      client.send(
        frame(types.settings, flags.none, 0, settingsOf(...Array.from({ length: 2000 }, () => [settings.initialWindow, 1] as const))),
      );
    },
    [codes.calm, codes.internal],
  ],
  [
    'PING',
    (client) => {
      for (let i = 0; i < 300; i += 1) client.send(frame(types.ping, flags.none, 0, 'pingpong'));
    },
    [codes.calm],
  ],
  [
    'empty DATA',
    (client) => {
      client.ask(1, asking('/slow', 'POST'), flags.endHeaders);
      for (let i = 0; i < 2000; i += 1) client.send(frame(types.data, flags.none, 1));
    },
    [codes.calm, codes.internal, codes.protocol],
  ],
  [
    'a window that becomes too large',
    (client) => {
      client.send(frame(types.windowUpdate, flags.none, 0, word(2 ** 31 - 1)));
    },
    [codes.flowControl],
  ],
  [
    'frames on streams that are closed',
    (client) => {
      client.ask(1);
      for (let i = 0; i < 2000; i += 1) client.send(frame(types.data, flags.none, 1, 'x'));
    },
    [codes.calm, codes.internal, codes.streamClosed, codes.protocol],
  ],
];

test.each(floods)('a flood ends its connection with GOAWAY, and no other: %s', async (_what, flood, told) => {
  const road = await roadTo((req, res) => {
    if (req.url !== '/slow') res.end('ok');
  });
  const other = await clientOf(road);
  await ask(other);
  const client = await FrameClient.to(road.server);
  await client.first(types.settings, 0);
  flood(client);
  const { code } = await client.end();
  // Who is still sending when the connection closes may lose what was told last.
  expect([...told, undefined]).toContain(code);
  expect((await ask(other)).body).toBe('ok');
});

test.each([
  ['DATA on stream 0', frame(types.data, flags.none, 0, 'x'), codes.protocol],
  ['HEADERS on stream 0', frame(types.headers, flags.endHeaders, 0, block(...asking())), codes.protocol],
  ['a stream with an even number', frame(types.headers, flags.endHeaders, 2, block(...asking())), codes.protocol],
  ['a frame that is too long', frame(types.data, flags.none, 1, 'x'.repeat(20_000)), codes.frameSize],
  ['SETTINGS on a stream', frame(types.settings, flags.none, 1), codes.protocol],
  ['SETTINGS of odd length', frame(types.settings, flags.none, 0, 'abc'), codes.frameSize],
  ['an impossible window', frame(types.settings, flags.none, 0, settingsOf([settings.initialWindow, 2 ** 31])), codes.flowControl],
  ['an impossible size of frames', frame(types.settings, flags.none, 0, settingsOf([settings.maxFrame, 1])), codes.protocol],
  ['PING on a stream', frame(types.ping, flags.none, 1, 'pingpong'), codes.protocol],
  ['PING of odd length', frame(types.ping, flags.none, 0, 'ping'), codes.frameSize],
  ['RST_STREAM on a stream that nobody has opened', frame(types.reset, flags.none, 1, word(0)), codes.protocol],
  ['CONTINUATION that continues nothing', frame(types.continuation, flags.endHeaders, 1, block(...asking())), codes.protocol],
  ['PUSH_PROMISE', frame(types.push, flags.endHeaders, 1, Buffer.concat([word(2), block(...asking())])), codes.protocol],
  [
    'fields that HPACK can’t read',
    frame(types.headers, flags.endStream | flags.endHeaders, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])),
    codes.compression,
  ],
  ['an index that there is not', frame(types.headers, flags.endStream | flags.endHeaders, 1, Buffer.from([0xfe])), codes.compression],
  [
    'a frame within fields',
    Buffer.concat([frame(types.headers, flags.none, 1, block(...asking())), frame(types.ping, flags.none, 0, 'pingpong')]),
    codes.protocol,
  ],
])('%s ends its connection with the code for that', async (_what, bytes, code) => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  client.send(bytes);
  expect((await client.end()).code).toBe(code);
  expect(road.requests).toEqual([]);
});

test('what begins like HTTP/2 and goes on otherwise is refused, as HTTP/1.1 is that can’t be read', async () => {
  const road = await roadTo();
  const client = await FrameClient.silent(road.server);
  client.send(Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'));
  await client.end();
  expect(road.requests).toEqual([]);
});

test('fields that unfold to far more than they were are not taken (HPACK bomb)', async () => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  await client.first(types.settings, 0);
  // A field of 4 kB that is kept in the table, and then named by its index, over and over.
  const size = 3900;
  const long = Buffer.concat([
    Buffer.from([0x40, 1]),
    Buffer.from('x'),
    Buffer.from([127, ((size - 127) & 127) | 128, (size - 127) >> 7]),
    Buffer.alloc(size, 'a'),
  ]);
  const bomb = Buffer.concat([block(...asking()), long, Buffer.alloc(10_000, 0xbe)]);
  client.send(frame(types.headers, flags.endStream | flags.endHeaders, 1, bomb));
  expect(await client.reset(1)).toBe(codes.calm);
  expect(road.requests).toEqual([]);
  client.ask(3, asking('/good'));
  await client.ended(3);
});

test('who asks for more at once than it was told that it may is told so, and goes', async () => {
  const silent = await origin(() => {});
  const road = roadOfBoth([silent.origin], { maxConnections: 1000, flags: ['--max-running-per-address=1000'] });
  const client = await FrameClient.to(road.server);
  await client.first(types.settings, 0);
  await client.read();
  for (let i = 0; i < 101; i += 1) client.ask(2 * i + 1);
  expect((await client.end()).code).toBe(codes.protocol);
});
