import { constants } from 'node:http2';
import { expect, test } from '@jest/globals';
import { until } from '../../until.ts';
import { ask, clientOf, roadTo } from './asking.ts';
import { asking, block, codes, FrameClient, flags, frame, types } from './frames.ts';

test('a request reaches the origin with its authority as Host, and is answered', async () => {
  const road = await roadTo((req, res) => res.end(`${req.method} ${req.url} ${req.headers.host}`));
  const answer = await ask(await clientOf(road), { ':path': '/a?b=%20c', ':authority': 'shop.example:8080' });
  expect(answer).toMatchObject({ status: 200, body: 'GET /a?b=%20c shop.example:8080', code: constants.NGHTTP2_NO_ERROR });
});

test('the origin is told by Via that the client spoke HTTP/2, and by the other fields who asked', async () => {
  const road = await roadTo(undefined, '--via=on');
  await ask(await clientOf(road), { ':authority': 'shop.example' });
  expect(road.requests[0]?.headers).toMatchObject({
    via: '2 balancer',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'shop.example',
    'x-forwarded-proto': 'http',
  });
});

test('crumbs of a cookie are joined again', async () => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  client.ask(1, [...asking(), ['cookie', 'a=1'], ['x', 'y'], ['cookie', 'b=2'], ['cookie', 'c=3']]);
  await client.ended(1);
  expect(road.requests[0]?.rawHeaders.filter((_, i, raw) => i % 2 === 1 && raw[i - 1] === 'cookie')).toEqual(['a=1; b=2; c=3']);
});

test('a field that is said twice is said twice to the origin, and back', async () => {
  const road = await roadTo((_req, res) => {
    res.setHeader('Set-Cookie', ['a=1', 'b=2']).setHeader('X-Two', ['1', '2']).end();
  });
  const { headers } = await ask(await clientOf(road), { 'x-one': ['1', '2'] });
  expect(road.requests[0]?.headers['x-one']).toBe('1, 2');
  expect([headers['set-cookie'], headers['x-two']]).toEqual([['a=1', 'b=2'], '1, 2']);
});

test('every byte above ASCII comes through as it is, both ways', async () => {
  const road = await roadTo((req, res) => res.writeHead(200, ['X-Back', req.headers['x-there'] as string]).end());
  const { headers } = await ask(await clientOf(road), { 'x-there': 'caf\xe9' });
  expect(headers['x-back']).toBe('caf\xe9');
});

test('a POST without a body says so to the origin', async () => {
  const road = await roadTo();
  await ask(await clientOf(road), { ':method': 'POST' });
  expect(road.requests[0]?.headers).toMatchObject({ 'content-length': '0' });
});

test.each([
  ['an authority and a Host that differ', [...asking(), ['host', 'b']], 400],
  ['an authority that is no host', [...asking().slice(0, 3), [':authority', 'a:99999']], 400],
  ['a method that nobody knows', asking('/', 'BREW'), 501],
  [
    'a tunnel',
    [
      [':method', 'CONNECT'],
      [':authority', 'a:443'],
    ],
    501,
  ],
  ['a long target', asking(`/${'a'.repeat(9000)}`), 414],
  ['a long header', [...asking(), ['x', 'a'.repeat(17_000)]], 431],
  ['too many fields', [...asking(), ...Array.from({ length: 101 }, (_, i) => [`x-${i}`, '1'] as const)], 431],
  ['an expectation that can’t be met', [...asking(), ['expect', 'miracles']], 417],
] as [string, [string, string][], number][])('%s is refused', async (_what, fields, status) => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  await client.first(types.settings, 0);
  const payload = block(...fields);
  const isLong = payload.length > 16_000;
  const first = isLong ? payload.subarray(0, 16_000) : payload;
  client.send(frame(types.headers, flags.endStream | (isLong ? 0 : flags.endHeaders), 1, first));
  if (isLong) client.send(frame(types.continuation, flags.endHeaders, 1, payload.subarray(16_000)));
  expect(await client.status(1)).toBe(status);
  await client.ended(1);
  expect(road.requests).toEqual([]);
  // The connection is as good as before.
  client.ask(3, asking('/good'));
  await client.ended(3);
  expect(road.requests).toHaveLength(1);
});

test('a Host that is the authority in other letters is no other', async () => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  expect(await client.ask(1, [...asking(), ['host', 'A']]).status(1)).toBe(200);
  expect(road.requests[0]?.headers.host).toBe('a');
});

test.each([
  ['a name in upper case', [...asking(), ['X-Upper', '1']]],
  ['Connection', [...asking(), ['connection', 'close']]],
  ['Keep-Alive', [...asking(), ['keep-alive', '1']]],
  ['Proxy-Connection', [...asking(), ['proxy-connection', 'close']]],
  ['Transfer-Encoding', [...asking(), ['transfer-encoding', 'chunked']]],
  ['Upgrade', [...asking(), ['upgrade', 'websocket']]],
  ['TE with more than trailers', [...asking(), ['te', 'gzip']]],
  ['a pseudo-field behind others', [['x', '1'], ...asking()]],
  ['a pseudo-field twice', [...asking(), [':path', '/b']]],
  ['a pseudo-field that there is not', [...asking(), [':status', '200']]],
  ['no path', asking().filter(([name]) => name !== ':path')],
  ['an empty path', asking('')],
  ['a path that begins with no slash', asking('http://b/')],
  ['no method', asking().slice(1)],
  ['no scheme', asking().filter(([name]) => name !== ':scheme')],
  ['an authority with a user', [...asking().slice(0, 3), [':authority', 'user@a']]],
  ['a Host twice', [...asking().slice(0, 3), ['host', 'a'], ['host', 'b']]],
  ['a length that is no number', [...asking(), ['content-length', 'x']]],
  ['two lengths', [...asking(), ['content-length', '1'], ['content-length', '2']]],
  ['a length and no body', [...asking(), ['content-length', '1']]],
] as [string, [string, string][]][])('%s ends the stream with PROTOCOL_ERROR, and nothing else', async (_what, fields) => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  expect(await client.ask(1, fields).reset(1)).toBe(codes.protocol);
  client.ask(3, asking('/good'));
  await client.ended(3);
  expect(road.requests.map(({ url }) => url)).toEqual(['/good']);
});

test.each(['\n', '\r', '\0'])('a value with %j in it reaches no origin', async (sign) => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  client.ask(1, [...asking(), ['x', `a${sign}y: b`]]);
  await until(
    () => client.of(types.reset, 1).length + client.of(types.headers, 1).length > 0,
    () => client.frames.length,
  );
  expect(road.requests.flatMap(({ rawHeaders }) => rawHeaders).filter((name) => name === 'x' || name === 'y')).toEqual([]);
});

test('trailers are asked for at the origin as the client asks for them', async () => {
  const road = await roadTo();
  await ask(await clientOf(road), { te: 'trailers' });
  expect(road.requests[0]?.headers).toMatchObject({ te: 'trailers', connection: expect.stringContaining('TE') });
});
