import { createHash } from 'node:crypto';
import { constants } from 'node:http2';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { until } from '../../until.ts';
import { origin } from '../limited.ts';
import { answerOf, ask, clientOf, roadOfBoth, roadTo } from './asking.ts';
import { codes, FrameClient, flags, types } from './frames.ts';

const asksForOne = { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat', ':scheme': 'http', 'sec-websocket-version': '13' };

const acceptOf = (key = '') => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** A road to an origin that grants WebSockets, with what it proves its understanding by, and echoes what comes. */
async function roadToEcho(prove: (key: string | undefined) => string = acceptOf) {
  const asked: { method: string | undefined; headers: Record<string, unknown>; socket: Socket }[] = [];
  const started = await origin();
  started.server.on('upgrade', ({ method, headers }, socket: Socket) => {
    asked.push({ method, headers, socket });
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: ${prove(headers['sec-websocket-key'])}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  return { ...roadOfBoth([started.origin]), asked };
}

test('a WebSocket is asked for by CONNECT, and at the origin by an upgrade with a key of its own', async () => {
  const road = await roadToEcho();
  const client = await clientOf(road);
  await new Promise((resolve) => client.once('remoteSettings', resolve));
  expect(client.remoteSettings.enableConnectProtocol).toBe(true);
  const stream = client.request({ ...asksForOne, 'sec-websocket-protocol': 'chat' });
  const head = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', (headers) => resolve(headers)));
  expect(head).toMatchObject({ ':status': 200, 'sec-websocket-protocol': 'chat' });
  expect(Object.keys(head).filter((name) => /accept|upgrade|connection/.test(name))).toEqual([]);
  expect(road.asked[0]).toMatchObject({
    method: 'GET',
    headers: { upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': expect.stringMatching(/^[\w+/]{22}==$/) },
  });
  expect(road.asked[0]?.headers['transfer-encoding']).toBeUndefined();
  let echoed = '';
  stream.setEncoding('latin1').on('data', (text: string) => {
    echoed += text;
  });
  stream.write('hello');
  await until(
    () => echoed === 'hello',
    () => echoed,
  );
  // Other requests of the connection are not disturbed.
  expect((await ask(client)).status).toBe(200);
  stream.end();
  await until(
    () => stream.closed,
    () => stream.state,
  );
  await until(
    () => road.records().some(({ target, status }) => target === '/chat' && status === 101),
    () => road.records(),
  );
});

test('what comes with the request gets to the origin once it has granted', async () => {
  const road = await roadToEcho();
  const stream = (await clientOf(road)).request(asksForOne);
  stream.write('early');
  const text = await new Promise((resolve) => stream.setEncoding('latin1').once('data', resolve));
  expect(text).toBe('early');
  stream.close();
});

test('a client that resets a WebSocket ends it at the origin, and the other way round', async () => {
  const road = await roadToEcho();
  const client = await clientOf(road);
  for (const end of ['client', 'origin']) {
    const stream = client.request(asksForOne);
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('response', resolve));
    const socket = road.asked.at(-1)?.socket as Socket;
    if (end === 'client') stream.close(constants.NGHTTP2_CANCEL);
    else socket.destroy();
    await until(
      () => stream.closed && socket.destroyed,
      () => [stream.closed, socket.destroyed],
    );
  }
});

test('an origin that does not prove that it understands has granted none: a 502', async () => {
  const road = await roadToEcho(() => 'wrong');
  const { status, body } = await answerOf((await clientOf(road)).request(asksForOne));
  expect([status, body]).toEqual([502, '502 Bad Gateway: the origin did not make it a WebSocket\n']);
});

test('an answer that would look like a grant is a 502, any other comes through', async () => {
  const road = await roadTo((req, res) => res.writeHead(req.url === '/chat' ? 200 : 403).end('page'));
  const client = await clientOf(road);
  expect((await answerOf(client.request(asksForOne))).status).toBe(502);
  expect(await answerOf(client.request({ ...asksForOne, ':path': '/other' }))).toMatchObject({ status: 403, body: 'page' });
});

test('no other protocol is spoken in a tunnel', async () => {
  const road = await roadTo();
  const client = await FrameClient.to(road.server);
  client.ask(
    1,
    [
      [':method', 'CONNECT'],
      [':protocol', 'connect-udp'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'a'],
    ],
    flags.endHeaders,
  );
  expect(await client.status(1)).toBe(501);
  expect(await client.reset(1)).toBe(codes.none);
  expect(client.of(types.goaway, 0)).toEqual([]);
});
