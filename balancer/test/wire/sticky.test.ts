import { afterEach, describe, expect, test } from '@jest/globals';
import { Stickiness } from '../../src/route/sticky.ts';
import { originAt } from '../origins.ts';
import { type RoadOptions, roadOver, secret, testInPlain } from '../road.ts';
import { seen } from '../until.ts';
import { onTheWire } from '../wire.ts';
import { type ByteOrigin, get, startByteOrigin, valuesOf } from './through.ts';
import { handshake, switching } from './web-sockets.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

/** A sticky road over so many origins, each of which answers with its number. */
async function stickyOver(count: number, options: RoadOptions = {}, answer?: (number: number) => string) {
  const origins: ByteOrigin[] = [];
  for (let i = 0; i < count; i++) {
    const text = answer?.(i) ?? `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${i}`;
    origins.push(await startByteOrigin((socket) => socket.write(text)));
  }
  const road = roadOver(
    origins.map(({ port }) => originAt(port)),
    { sticky: 'lb', ...options },
  );
  open.push(...origins, road);
  /** Asks once; returns which origin answered and the cookie that came along, if one did. */
  const ask = async (cookie?: string, ...fields: string[]) => {
    const response = await onTheWire(road.server, get('/', ...fields, ...(cookie ? [`Cookie: ${cookie}`] : [])));
    return { origin: Number(response.at(-1)), cookie: valuesOf(response, 'Set-Cookie')[0] };
  };
  return { ...road, ask, origins };
}

const pairIn = (setCookie: string | undefined) => setCookie?.split(';')[0];

test('a client without a cookie gets one, and with it comes back to the same origin, which sets no other', async () => {
  const { ask } = await stickyOver(3);
  const first = await ask();
  for (let i = 0; i < 5; i++) expect(await ask(pairIn(first.cookie))).toEqual({ origin: first.origin, cookie: undefined });
});

testInPlain('it is always Secure')('the cookie is Secure where a trusted proxy says that the client came over TLS', async () => {
  const { ask } = await stickyOver(1, { trusted: [{ address: '127.0.0.1', prefix: 32 }], flags: ['--trusted-fields=X-Forwarded-Proto'] });
  expect((await ask(undefined, 'X-Forwarded-Proto: https')).cookie).toMatch(/; Secure$/);
  expect((await ask()).cookie).not.toMatch(/Secure/);
});

/** The first origin answers nonsense. */
const oneFails = (number: number) => (number === 0 ? 'nonsense' : 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1');

test('a client without a cookie gets the one of the origin that answered, not of one that failed before', async () => {
  const { ask } = await stickyOver(2, {}, oneFails);
  const { origin, cookie } = await ask();
  expect(origin).toBe(1);
  expect(await ask(pairIn(cookie))).toEqual({ origin: 1, cookie: undefined });
});

test('a client that a cookie led is told so', async () => {
  const { server, ask } = await stickyOver(2);
  const { cookie } = await ask();
  const answer = await onTheWire(server, get('/', 'X-LB-Explain: 1', `Cookie: ${pairIn(cookie)}`));
  expect(valuesOf(answer, 'X-LB-Why')).toEqual(['a cookie of the client leads there, so the policy was not asked']);
});

describe('the client gets another origin, and its cookie, where its own', () => {
  test('is down', async () => {
    const { ask, pool, origins } = await stickyOver(2);
    const first = await ask();
    pool.roster.setHealth(originAt(origins[first.origin]?.port ?? 0), 'down', 'no answer', true);
    const next = await ask(pairIn(first.cookie));
    expect(next.origin).not.toBe(first.origin);
    expect(await ask(pairIn(next.cookie))).toEqual({ origin: next.origin, cookie: undefined });
  });

  test('fails', async () => {
    const { ask, origins } = await stickyOver(2, {}, oneFails);
    const failing = `127.0.0.1:${origins[0]?.port}`;
    const { origin, cookie } = await ask(pairIn(new Stickiness('lb', secret).cookieFor(failing, false)));
    expect(origin).toBe(1);
    expect(await ask(pairIn(cookie))).toEqual({ origin: 1, cookie: undefined });
    expect(origins[0]?.received().match(/^GET /gm)).toHaveLength(1);
  });

  test('loses its connections, before anybody has called it down', async () => {
    const { ask, pool, origins } = await stickyOver(2);
    const first = await ask();
    const figures = pool.roster.memberCalled(`127.0.0.1:${origins[first.origin]?.port}`)?.figures;
    figures?.lose();
    expect((await ask(pairIn(first.cookie))).origin).toBe(first.origin);
    for (let count = 0; count < 2; count += 1) figures?.lose();
    expect((await ask(pairIn(first.cookie))).origin).not.toBe(first.origin);
  });

  test('is full', async () => {
    const { ask, pool, origins } = await stickyOver(2, { maxConnections: 1 });
    const first = await ask();
    const candidate = pool.candidateCalled(`127.0.0.1:${origins[first.origin]?.port}`);
    if (!candidate) throw new Error('no candidate');
    const held = pool.lease(candidate);
    expect((await ask(pairIn(first.cookie))).origin).not.toBe(first.origin);
    held.release();
  });
});

test('an origin that drains keeps its own clients until it is drained', async () => {
  const { ask, pool, origins } = await stickyOver(2);
  const first = await ask();
  const id = `127.0.0.1:${origins[first.origin]?.port}`;
  const candidate = pool.candidateCalled(id);
  if (!candidate) throw new Error('no candidate');
  const held = pool.lease(candidate);
  pool.roster.drain(id);
  expect((await ask()).origin).not.toBe(first.origin);
  expect((await ask(pairIn(first.cookie))).origin).toBe(first.origin);
  held.release();
  expect((await ask(pairIn(first.cookie))).origin).not.toBe(first.origin);
});

test('an origin that drains keeps its own clients also where no other can take anybody', async () => {
  const { ask, server, pool, origins } = await stickyOver(2);
  const first = await ask();
  const [own, other] = first.origin === 0 ? origins : origins.toReversed();
  const candidate = pool.candidateCalled(`127.0.0.1:${own?.port}`);
  if (!candidate) throw new Error('no candidate');
  const held = pool.lease(candidate);
  pool.roster.drain(candidate.origin.id);
  pool.roster.setHealth(originAt(other?.port ?? 0), 'down', 'no answer', true);
  await seen(
    () => onTheWire(server, get('/')),
    (answer) => answer.startsWith('HTTP/1.1 503 '),
  );
  expect(await onTheWire(server, get('/', `Cookie: ${pairIn(first.cookie)}`))).toMatch(/^HTTP\/1\.1 200 /);
  held.release();
});

test('a WebSocket gets its cookie too', async () => {
  const { server } = await stickyOver(1, {}, () => switching);
  const response = await new Promise<string>((resolve) => {
    void onTheWire(server, handshake, (seen) => {
      if (seen.endsWith('\r\n\r\n')) resolve(seen);
    });
  });
  expect(valuesOf(response, 'Set-Cookie')).toHaveLength(1);
});
