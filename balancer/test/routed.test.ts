import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Split } from '../src/brain/route/split.ts';
import { type Lent, SharedBalancer } from './running.ts';
import { revealed } from './threads/threads.ts';
import { seen } from './until.ts';
import { ask, Client, statusesIn } from './wire/hostile.ts';
import { type ByteOrigin, startByteOrigin } from './wire/through.ts';

/** Origins by the names that they answer with, each in the pool of its first letters. */
const names = ['shop-1', 'shop-2', 'next-1', 'api-1', 'api-2'];
let origins: Readonly<Record<string, ByteOrigin>>;

/** Without a server behind it, since most of the time would go there. */
const answerOf = (name: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${name.length + 2}\r\n\r\n(${name})`;

beforeAll(async () => {
  const started = names.map(async (name) => [name, await startByteOrigin((socket) => socket.write(answerOf(name)))] as const);
  origins = Object.fromEntries(await Promise.all(started));
});
afterAll(() => Promise.all(Object.values(origins).map(({ close }) => close())));

const urlOf = (name: string) => `http://127.0.0.1:${origins[name]?.port}`;

/** A file with pools, a canary that has so many of 100, and a route more that is told. */
function fileWith(canary: number, limit = '{ path: /limited, rate-limit: 1/h burst=50, pool: api }') {
  const pools = [
    `shop: { origins: [${urlOf('shop-1')}, ${urlOf('shop-2')} weight=2], policy: least-requests }`,
    `next: { origins: [${urlOf('next-1')}] }`,
    `api: { origins: [${urlOf('api-1')}, ${urlOf('api-2')}], policy: peak-ewma, response-timeout: 5s }`,
  ];
  const routes = [
    '{ host: api.example.com, pool: api }',
    '{ host: shop.example.com, path: /old/, redirect: "https://shop.example.com/new/" }',
    limit,
    `{ host: "*.example.com", split: { shop: ${100 - canary}, next: ${canary} }, split-key: cookie:uid }`,
    '{ path: /maintenance, respond: { status: 503, text: back soon, retry-after: 60s } }',
    '{ pool: shop }',
  ];
  return { pools: `{ ${pools.join(', ')} }`, routes: `[${routes.join(', ')}]` };
}

/** A request for a target of a host. */
const of = (host: string, target = '/', ...fields: string[]) => ask(target, ...fields).replace('Host: a', `Host: ${host}`);

/** A request for a target of a host, whose connection ends with it. */
const lastOf = (host: string, target = '/', ...fields: string[]) => of(host, target, 'Connection: close', ...fields);

/** What comes back for some requests, each on a connection of its own. */
function answers({ port }: Lent, ...requests: string[]): Promise<string[]> {
  return Promise.all(requests.map(async (request) => (await Client.to(port)).send(request).end()));
}

/** Connections at a time: not so many that what waits on all of them is more than a balancer keeps. */
const atOnce = 6;

/** The pools that some keys lead to, asked for over connections of so many keys each. */
async function poolsOf({ port }: Lent, keys: readonly string[], each: number): Promise<string[]> {
  const parts = Array.from({ length: Math.ceil(keys.length / each) }, (_, i) => keys.slice(i * each, (i + 1) * each));
  const found: string[][] = [];
  const left = parts.entries();
  const connectAgain = async () => {
    for (const [place, part] of left) {
      const requests = part.slice(0, -1).map((key) => of('www.example.com', '/', `Cookie: a=b; uid=${key}`));
      const last = lastOf('www.example.com', '/', `Cookie: uid=${part.at(-1)}`);
      const seen = await (await Client.to(port)).send(requests.join('') + last).end();
      found[place] = [...seen.matchAll(/\((\w+)-\d\)/g)].map(([, pool = '']) => pool);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, connectAgain));
  return found.flat();
}

const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`);

/** The pools that keys belong to, by the brain alone. */
function splitBy(canary: number, keys: readonly string[]): string[] {
  const split = new Split([
    { pool: 'shop', share: 100 - canary },
    { pool: 'next', share: canary },
  ]);
  return keys.map((key) => split.byKey(key).pool);
}

/** `npm run test:routes` asks for ten times as many. */
const keysInAll = 2000;

describe.each([1, 2])('a balancer with pools and routes, over %d thread(s)', (threads) => {
  const args = [`--threads=${threads}`, '--log=off'];
  const shared = new SharedBalancer(args, revealed);
  afterAll(() => shared.end());

  test('leads hosts to their pools, sends clients on, and answers itself', async () => {
    const lent = await shared.with(fileWith(5));
    const [api, shouted, old, maintenance, other] = await answers(
      lent,
      lastOf('api.example.com', '/old/x'),
      lastOf('API.EXAMPLE.COM:8080'),
      lastOf('shop.example.com', '/old/x?y=1'),
      lastOf('localhost', '/maintenance/now'),
      lastOf('localhost'),
    );
    expect(api).toMatch(/^HTTP\/1\.1 200 [\s\S]*\(api-\d\)$/);
    expect(shouted).toMatch(/\(api-\d\)$/);
    expect(old).toMatch(/^HTTP\/1\.1 308 [\s\S]*\r\nLocation: https:\/\/shop\.example\.com\/new\/x\?y=1\r\n/);
    expect(maintenance).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: 60\r\n[\s\S]*back soon\n$/);
    expect(other).toMatch(/\(shop-\d\)$/);
  });

  test('leads who still sent a body or waited when their pool went away to where they would go if they came now', async () => {
    const shop = `shop: { origins: [${urlOf('shop-1')}] }`;
    const canary = {
      pools: `{ ${shop}, next: { origins: [${urlOf('next-1')}] } }`,
      routes: '[{ path: /next, pool: next }, { pool: shop }]',
    };
    const lent = await shared.with(canary);
    await lent.admin('/api/pools/next/pause', 'POST', { for: '100s' });
    const waiting = (await Client.to(lent.port)).send(lastOf('x', '/next'));
    const sending = await Client.to(lent.port);
    sending.send(lastOf('x', '/next', 'Content-Length: 2', 'Expect: 100-continue').replace('GET', 'POST'));
    await sending.until(/100 Continue/);
    const status = async () => (await (await lent.admin('/api/status')).json()) as { waiting: number };
    await seen(status, (now) => now.waiting === 1);
    await shared.with({ pools: `{ ${shop} }`, routes: '[{ pool: shop }]' });
    sending.send('ab');
    // Its pause ends with the pool, of which a thread may hear before it hears of the routes.
    expect(await waiting.end()).toMatch(/ 200 OK[\s\S]*\((?:shop|next)-1\)$/);
    expect(await sending.end()).toMatch(/ 200 OK[\s\S]*\(shop-1\)$/);
  });

  test(`splits ${keysInAll.toLocaleString('en')} keys to a hundredth, and each as every other balancer does`, async () => {
    const lent = await shared.with(fileWith(5));
    const keys = keysOf(keysInAll);
    const pools = await poolsOf(lent, keys, 500);
    expect(pools.length).toBe(keys.length);
    const expected = splitBy(5, keys);
    expect(keys.filter((_, i) => pools[i] !== expected[i])).toEqual([]);
    expect(Math.abs(pools.filter((pool) => pool === 'next').length / keys.length - 0.05)).toBeLessThan(0.01);
  });

  test('keeps a key where it is over connections and reloads, and moves it only to a pool whose share grows', async () => {
    const keys = keysOf(300);
    const before = await poolsOf(await shared.with(fileWith(5)), keys, 1);
    expect(before).toEqual(splitBy(5, keys));
    expect(await poolsOf(await shared.with(fileWith(5)), keys, 100)).toEqual(before);
    const after = await poolsOf(await shared.with(fileWith(30)), keys, 100);
    expect(after).toEqual(splitBy(30, keys));
    const moves = new Set(after.flatMap((pool, i) => (pool === before[i] ? [] : [`${before[i]} to ${pool}`])));
    expect([...moves]).toEqual(['shop to next']);
  });

  test('lets in exactly as many as a rate limit allows, over all threads, and goes on counting over a reload that leaves it alone', async () => {
    const lent = await shared.with(fileWith(5));
    const statuses = async (from: Lent) =>
      (await answers(from, ...Array.from({ length: 80 }, () => lastOf('x', '/limited')))).flatMap(statusesIn);
    const count = (all: readonly number[], status: number) => all.filter((each) => each === status).length;
    const first = await statuses(lent);
    expect([count(first, 200), count(first, 429)]).toEqual([50, 30]);
    const reloaded = await statuses(await shared.with(fileWith(6)));
    expect(count(reloaded, 200)).toBeLessThanOrEqual(1);
    const other = await statuses(await shared.with(fileWith(6, '{ path: /limited, rate-limit: 1/h burst=20, pool: api }')));
    expect([count(other, 200), count(other, 429)]).toEqual([20, 60]);
  });
});
