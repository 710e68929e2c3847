import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { connectionsTo, Noting, type OwnConnections, request } from './taking.ts';

const open: OwnConnections[] = [];
afterEach(() => {
  for (const own of open.splice(0)) own.close();
});

/** Connections to a server that answers each request as it is told to, and its ends of them. */
async function to(answer: (socket: Socket) => void) {
  const origins: Socket[] = [];
  const own = await connectionsTo((socket) => {
    origins.push(socket);
    socket.on('data', () => answer(socket));
  });
  open.push(own);
  const send = (outgoing = request('GET')) => {
    const taker = new Noting();
    own.connections.send(outgoing, taker);
    return taker;
  };
  return { ...own, origins, send };
}

const ok = (fields = '') => `HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`;

test('the connection that was used last is used first', async () => {
  const waiting: Socket[] = [];
  const { send } = await to((socket) => waiting.push(socket));
  const [first, second] = [send(), send()];
  await until(
    () => waiting.length === 2,
    () => waiting.length,
  );
  const connections = [first.connection, second.connection];
  for (const socket of waiting) socket.write(ok());
  await Promise.all([first.over(), second.over()]);
  const answered = [first, second];
  for (let i = 0; i < 4; i++) {
    const next = send();
    await until(
      () => waiting.length === 3 + i,
      () => waiting.length,
    );
    waiting.at(-1)?.write(ok());
    answered.push(await next.over());
  }
  const used = answered.slice(2).map(({ connection }) => connection);
  expect(new Set(used).size).toBe(1);
  expect(connections).toContain(used[0]);
});

test.each([
  ['says close', 'Connection: close\r\n'],
  ['keeps it for no longer than a request may take to get there', 'Keep-Alive: timeout=1\r\n'],
])('a connection whose origin %s carries no other request', async (_what, fields) => {
  const { send, origins } = await to((socket) => socket.write(ok(fields)));
  for (let i = 1; i <= 3; i++) {
    expect(await send().over()).toMatchObject({ status: 200, failure: undefined });
    expect(origins).toHaveLength(i);
  }
});

test('a POST that meets a connection which was reset before a byte could leave is sent again, on a new one', async () => {
  const { send, origins } = await to((socket) => socket.write(ok()));
  await send().over();
  // The system knows of the reset at once, this process only hears of it later.
  origins[0]?.resetAndDestroy();
  expect(await send({ ...request('POST'), body: Buffer.from('once'), inChunks: false }).over()).toMatchObject({
    status: 200,
    failure: undefined,
  });
  expect(origins).toHaveLength(2);
});

test('a POST goes by a new connection where the kept one has been idle for a tenth of a second, and a GET does not', async () => {
  const { send, origins, pass } = await to((socket) => socket.write(ok()));
  await send().over();
  await pass(100);
  await send(request('POST')).over();
  expect(origins).toHaveLength(1);
  await pass(101);
  await send().over();
  expect(origins).toHaveLength(1);
  await pass(101);
  await send(request('POST')).over();
  expect(origins).toHaveLength(2);
});

test('a connection whose origin has answered, and takes no more of the request, is given up in time and carries nothing else', async () => {
  const { send, origins, pass } = await to((socket) => socket.pause().write(ok()));
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(64 * 1024));
    },
  });
  const taker = send(request('POST', endless));
  await until(
    () => taker.status === 200,
    () => taker,
  );
  // It may still have moved when it was looked at first.
  for (let i = 0; i < 40 && !taker.isDone; i++) {
    await pass(30_000);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  }
  expect(taker).toMatchObject({ isDone: true, failure: undefined });
  expect(taker.connection?.socket.destroyed).toBe(true);
  const [first] = origins as [Socket];
  expect(await send().over()).toMatchObject({ status: 200 });
  expect(origins.filter((socket) => socket !== first)).toHaveLength(1);
});

test('a connection whose request breaks off behind the answer carries nothing else', async () => {
  const { send, origins } = await to((socket) => socket.write(ok()));
  const body = new Readable({ read() {} });
  const taker = send(request('POST', body));
  await until(
    () => taker.status === 200,
    () => taker,
  );
  body.destroy(new Error('the client has left'));
  expect(await taker.over()).toMatchObject({ isDone: true, failure: undefined });
  expect(await send().over()).toMatchObject({ status: 200, failure: undefined });
  expect(origins).toHaveLength(2);
});

test.each([
  ['in one piece with it', (socket: Socket) => socket.write(`${ok()}HTTP/1.1 200 OK\r\n`)],
  ['in a piece of their own', (socket: Socket) => socket.write(ok(), () => socket.write('HTTP/1.1 200 OK\r\n'))],
])('bytes behind a whole answer, %s, are nobody else’s: the connection is closed', async (_how, answer) => {
  const { send, origins } = await to(answer);
  const first = await send().over();
  await until(
    () => first.connection?.socket.destroyed === true,
    () => first.connection?.socket.destroyed,
  );
  expect(await send().over()).toMatchObject({ status: 200, failure: undefined });
  expect(origins).toHaveLength(2);
});
