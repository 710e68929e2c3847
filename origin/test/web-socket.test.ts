import { once } from 'node:events';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../balancer/test/until.ts';
import { RunningOrigin } from './running.ts';

let origin: RunningOrigin;

beforeEach(async () => {
  origin = await RunningOrigin.start();
});
afterEach(() => origin.close());

/** The example of RFC 6455 §1.3. */
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const fields = {
  ...{ Host: 'a', Connection: 'keep-alive, Upgrade', Upgrade: 'WebSocket' },
  ...{ 'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': '13' },
};

function handshake(changed: Record<string, string> = {}, version = '1.1'): string {
  const lines = Object.entries({ ...fields, ...changed }).map(([name, value]) => `${name}: ${value}`);
  return [`GET /_origin/ws HTTP/${version}`, ...lines, '', ''].join('\r\n');
}

/** A client's frame; `first` has the FIN bit, the reserved ones and the opcode. */
function masked(first: number, payload: Buffer | string): Buffer {
  const bytes = Buffer.from(payload);
  const mask = Buffer.of(1, 2, 3, 254);
  const isShort = bytes.length < 126;
  const head = Buffer.of(first, 0x80 | (isShort ? bytes.length : 127), ...(isShort ? [] : [0, 0, 0, 0, 0, 0, 0, 0]));
  if (!isShort) head.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([head, mask, bytes.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

/** What comes back on a connection until the server closes it, behind the handshake's answer. */
async function answers(socket: Socket): Promise<Buffer> {
  const all = await buffer(socket);
  const end = all.indexOf('\r\n\r\n') + 4;
  expect(all.subarray(0, end).toString()).toContain(`\r\nSec-WebSocket-Accept: ${accept}\r\n`);
  return all.subarray(end);
}

/** Sends frames at once with the handshake, and resolves with what comes back until the server closes. */
function exchange(...frames: Buffer[]): Promise<Buffer> {
  const client = origin.connect();
  client.write(Buffer.concat([Buffer.from(handshake()), ...frames]));
  return answers(client);
}

const [text, binary, more, fin] = [1, 2, 0, 0x80];
const bye = masked(fin | 8, Buffer.of(0x03, 0xe8));
const byeBack = Buffer.of(0x88, 2, 0x03, 0xe8);

test('talks with the client that Node has', async () => {
  const client = new WebSocket(`ws://127.0.0.1:${origin.port}/_origin/ws`);
  client.binaryType = 'arraybuffer';
  await once(client, 'open');
  for (const message of ['', 'héllo', 'x'.repeat(125), 'x'.repeat(126), 'x'.repeat(65_536), 'x'.repeat(1024 ** 2)]) {
    client.send(message);
    const [{ data }] = await once(client, 'message');
    expect(data === message).toBe(true);
  }
  client.send(Buffer.of(0, 255, 1));
  const [{ data }] = await once(client, 'message');
  expect(Buffer.from(data)).toEqual(Buffer.of(0, 255, 1));
  client.close(3001, 'enough');
  const [{ code, reason, wasClean }] = await once(client, 'close');
  expect([code, reason, wasClean]).toEqual([3001, 'enough', true]);
});

test('sends a message back in one frame, whatever frames it came in, and answers pings between them', async () => {
  const got = await exchange(
    masked(text, 'a'),
    masked(fin | 9, 'now?'),
    masked(more, ''),
    masked(fin | more, 'b'),
    masked(fin | 10, ''),
    bye,
  );
  expect(got).toEqual(Buffer.concat([Buffer.from('\x8A\x04now?\x81\x02ab', 'latin1'), byeBack]));
});

test('puts frames together that arrive byte by byte', async () => {
  const client = origin.connect();
  client.setNoDelay();
  client.write(handshake());
  await once(client, 'readable');
  const got = buffer(client);
  for (const byte of Buffer.concat([masked(fin | binary, Buffer.alloc(300, 7)), bye])) {
    client.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  const all = await got;
  expect(all.subarray(all.indexOf('\r\n\r\n') + 4)).toEqual(Buffer.concat([Buffer.of(0x82, 126, 1, 44), Buffer.alloc(300, 7), byeBack]));
});

test('a character may be cut in two by a fragment', async () => {
  const euro = Buffer.from('€');
  const got = await exchange(masked(text, euro.subarray(0, 1)), masked(fin | more, euro.subarray(1)), bye);
  expect(got).toEqual(Buffer.concat([Buffer.of(0x81, 3), euro, byeBack]));
});

test('answers a close without a code with the same, and nothing behind it', async () => {
  const errors: Error[] = [];
  origin.server.once('upgrade', (_req, socket) => socket.on('error', (error) => errors.push(error)));
  expect(await exchange(masked(fin | 8, ''), masked(fin | text, 'late'))).toEqual(Buffer.of(0x88, 0));
  expect(errors).toEqual([]);
});

test.each([
  [125, [125]],
  [126, [126, 0, 126]],
  [65_535, [126, 255, 255]],
  [65_536, [127, 0, 0, 0, 0, 0, 1, 0, 0]],
])('says in as few bytes as can be that a frame has %d', async (length, bytes) => {
  const payload = Buffer.alloc(length, 9);
  expect((await exchange(masked(fin | binary, payload), bye)).equals(Buffer.concat([Buffer.of(0x82, ...bytes), payload, byeBack]))).toBe(
    true,
  );
});

const closeFrame = (code: number, reason: Buffer | string = '') =>
  masked(fin | 8, Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]));
const huge = Buffer.of(fin | binary, 0x80 | 127, 0, 0, 0, 0, 0, 16, 0, 1, 0, 0, 0, 0);

test.each([
  ['a frame without a mask', 1002, [Buffer.of(0x81, 1, 65)]],
  ['a reserved bit', 1002, [masked(fin | 0x40 | text, 'a')]],
  ['an opcode that there is not', 1002, [masked(fin | 3, 'a')]],
  ['a control opcode that there is not', 1002, [masked(fin | 11, 'a')]],
  ['a ping in pieces', 1002, [masked(9, 'a')]],
  ['a ping of 126 bytes', 1002, [masked(fin | 9, Buffer.alloc(126))]],
  ['the rest of nothing', 1002, [masked(fin | more, 'a')]],
  ['a message inside another', 1002, [masked(text, 'a'), masked(fin | text, 'b')]],
  ['a text that is not UTF-8', 1007, [masked(fin | text, Buffer.of(0xc3, 0x28))]],
  ['a frame of more than 1 MiB, before it comes', 1009, [huge]],
  ['a frame whose length no number holds', 1009, [Buffer.concat([Buffer.of(fin | binary, 0xff), Buffer.alloc(12, 0xff)])]],
  ['a message of more than 1 MiB', 1009, [masked(binary, Buffer.alloc(1024 ** 2)), masked(fin | more, 'a')]],
  ['a message in too many pieces', 1009, [masked(binary, 'a'), ...Array.from({ length: 16 * 1024 }, () => masked(more, 'a'))]],
  ['half a code to close with', 1002, [masked(fin | 8, Buffer.of(3))]],
  ['a code that nobody may send', 1002, [closeFrame(1006)]],
  ['a code of no range', 1002, [closeFrame(999)]],
  ['a reason that is not UTF-8', 1007, [closeFrame(1000, Buffer.of(0xc3, 0x28))]],
])('closes the connection for %s with %d', async (_what, code, frames) => {
  const got = await exchange(...frames);
  expect([got[0], got[1], got.readUInt16BE(2)]).toEqual([0x88, got.length - 2, code]);
  expect(got.subarray(4).toString()).not.toBe('');
});

test('takes no more from a client that takes nothing back', async () => {
  const client = origin.connect();
  const upgraded = once(origin.server, 'upgrade');
  client.write(handshake());
  const [, socket] = await upgraded;
  const message = masked(fin | binary, Buffer.alloc(1024 ** 2));
  while (!socket.isPaused()) {
    client.write(message);
    await new Promise(setImmediate);
  }
  expect(socket.writableLength).toBeLessThan(3 * 1024 ** 2);
  client.resume();
  await once(socket, 'drain');
  expect(socket.isPaused()).toBe(false);
  client.destroy();
  await until(
    () => socket.closed,
    () => socket.readyState,
  );
});

test('a client that hangs up without a word does no harm', async () => {
  const client = origin.connect();
  client.write(handshake());
  await once(client, 'readable');
  client.resetAndDestroy();
  const other = origin.connect();
  other.end(handshake());
  expect(await answers(other)).toEqual(Buffer.alloc(0));
});

test.each([
  ['no Upgrade', 426, handshake({ Upgrade: 'h2c' })],
  ['no Connection: Upgrade', 426, handshake({ Connection: 'close' })],
  ['another version', 426, handshake({ 'Sec-WebSocket-Version': '8' })],
  ['no key', 400, handshake({ 'Sec-WebSocket-Key': '' })],
  ['a short key', 400, handshake({ 'Sec-WebSocket-Key': 'YQ==' })],
  ['HTTP/1.0', 426, handshake({}, '1.0')],
])('refuses a handshake with %s, in HTTP', async (_what, status, request) => {
  const client = origin.connect();
  client.end(request);
  const answer = (await buffer(client)).toString();
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  if (status === 426) expect(answer).toMatch(/\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n/);
});

test.each(['/', '/_origin/echo'])('answers %s as ever where somebody asks for a WebSocket', async (path) => {
  const client = origin.connect();
  client.end(handshake().replace('/_origin/ws', path));
  expect((await buffer(client)).toString()).toMatch(/^HTTP\/1.1 200 OK\r\n/);
});
