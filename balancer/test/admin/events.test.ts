import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import express, { type Response } from 'express';
import type { Status } from '../../src/admin/api.ts';
import { EventStream } from '../../src/admin/events.ts';
import type { Question } from '../../src/brain/story/desk.ts';
import { seen, until } from '../until.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A stream on a real port, what it has asked, and what it is to be answered; an answer comes once `held` resolves, where it does. */
async function stream(held: (asked: Question['about'][]) => Promise<unknown> | undefined = () => undefined) {
  const asked: Question['about'][] = [];
  const limits: number[] = [];
  let statuses = 0;
  const news = { exchanges: [] as { id: string }[], unseen: 0 };
  const answer = ({ about }: Question) =>
    about === 'list' ? [{ id: 'listed' }] : { exchanges: news.exchanges.splice(0), unseen: news.unseen };
  const parts = {
    ask: (question: Question) => {
      asked.push(question.about);
      if (question.about === 'list') limits.push(question.query.limit);
      return held(asked)?.then(() => answer(question)) ?? answer(question);
    },
    status: () => {
      statuses += 1;
      return { policy: 'random' } as Status;
    },
    live: () => ({ policy: 'random', live: [], running: 0, waiting: 0 }),
    seconds: () => [],
  };
  const events = new EventStream(parts as unknown as ConstructorParameters<typeof EventStream>[0]);
  const responses: Response[] = [];
  const app = express().get('/', (req, res, next) => {
    responses.push(res);
    events.serve(req, res, next);
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { events, asked, limits, news, port, responses, statuses: () => statuses };
}

/** Somebody who watches; `told` is what came so far. */
async function watcher(port: number) {
  const request = get({ port, host: '127.0.0.1' });
  ends.push(() => request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let rest = '';
  const all: { name: string; data: ReturnType<typeof JSON.parse> }[] = [];
  response.setEncoding('utf8').on('data', (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      all.push({ name, data: JSON.parse(data) });
    }
  });
  response.on('error', () => {});
  const told = () => all;
  return { response, request, told, names: () => all.map(({ name }) => name) };
}

test('who comes gets everything first, then what is new, and a status at least once a second', async () => {
  const { news, port } = await stream();
  const { told, names, response } = await watcher(port);
  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  await until(() => names().includes('status'), names);
  expect(told()[0]).toEqual({ name: 'snapshot', data: { status: { policy: 'random' }, exchanges: [{ id: 'listed' }], seconds: [] } });
  news.exchanges.push({ id: 'new' });
  news.unseen = 3;
  const isNew = ({ name, data }: { name: string; data: { exchanges: { id: string }[] } }) =>
    name === 'tick' && data.exchanges[0]?.id === 'new';
  await until(() => told().some(isNew), told);
  expect(told().find(isNew)?.data).toMatchObject({ policy: 'random', live: [], running: 0, waiting: 0, unseen: 3 });
});

test('a status is told soon and a second at once, to everybody, and a snapshot only to who has none', async () => {
  const { events, port, limits } = await stream();
  const first = await watcher(port);
  await until(() => first.names().includes('snapshot'), first.names);
  const two = [first, await watcher(port)];
  for (const each of two) await until(() => each.names().includes('snapshot'), each.names);
  events.tellSecond({ at: 1, p50: null, p99: null, attempts: {}, errors: {} });
  for (const each of two) {
    await until(() => each.names().includes('second'), each.names);
    expect(each.names().filter((name) => name === 'snapshot')).toHaveLength(1);
  }
  expect(limits).toEqual([500, 500]);
  const statuses = () => two.map(({ names }) => names().filter((name) => name === 'status').length);
  // Sooner than they come by themselves.
  const begun = performance.now();
  for (let told = 0; told < 20; told += 1) {
    const before = statuses();
    events.tellStatus();
    await until(() => statuses().every((count, index) => count > (before[index] ?? 0)), statuses);
  }
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test('whatever changes together is told in one status', async () => {
  const { events, port, statuses } = await stream();
  const { names } = await watcher(port);
  await until(() => names().includes('status'), names);
  const [before, told] = [statuses(), names().filter((name) => name === 'status').length];
  for (let change = 0; change < 1000; change += 1) events.tellStatus();
  await until(() => names().filter((name) => name === 'status').length > told, names);
  // One that comes by itself may be among them.
  expect(statuses() - before).toBeLessThanOrEqual(2);
});

test('while nothing happens, there is a tick and a status once a second, and no more', async () => {
  const { port, limits } = await stream();
  const begun = performance.now();
  const { names } = await watcher(port);
  const counts = () => ['tick', 'status'].map((kind) => names().filter((name) => name === kind).length);
  await until(() => counts().every((count) => count >= 3), counts);
  const most = 1 + (performance.now() - begun) / 1000;
  for (const count of counts()) expect(count).toBeLessThanOrEqual(most);
  expect(limits).toEqual([500]);
});

describe('while nobody watches', () => {
  test('nothing is asked', async () => {
    const { asked, events, statuses } = await stream();
    events.tellStatus();
    expect([asked, statuses()]).toEqual([[], 0]);
  });

  test('nothing is gathered: when the last one leaves, threads are told', async () => {
    const { asked, port } = await stream();
    const two = [await watcher(port), await watcher(port)];
    for (const each of two) await until(() => each.names().includes('snapshot'), each.names);
    two[0]?.request.destroy();
    const count = asked.length;
    await until(
      () => asked.length > count + 2,
      () => asked,
    );
    expect(asked).not.toContain('rest');
    two[1]?.request.destroy();
    await until(
      () => asked.includes('rest'),
      () => asked,
    );
    await fewTicks();
    expect(asked.at(-1)).toBe('rest');
  });
});

/** Resolves when time for a few ticks has passed, as another stream has made them. */
async function fewTicks() {
  const { asked, port } = await stream();
  await watcher(port);
  await until(
    () => asked.filter((about) => about === 'news').length === 4,
    () => asked,
  );
}

describe('where threads take their time to answer, and the last watcher leaves meanwhile,', () => {
  test('nothing more is asked, and the next one to come gets everything', async () => {
    const answered = Promise.withResolvers<void>();
    const { asked, port } = await stream((all) => (all.at(-1) === 'list' ? answered.promise : undefined));
    const hasAsked = (about: Question['about']) =>
      until(
        () => asked.includes(about),
        () => asked,
      );
    const { request } = await watcher(port);
    await hasAsked('list');
    request.destroy();
    await hasAsked('rest');
    answered.resolve();
    await fewTicks();
    expect(asked).toEqual(['news', 'list', 'rest']);
    const { names } = await watcher(port);
    await until(() => names().includes('snapshot'), names);
  });

  test.each([
    ['news', ['news', 'rest', 'news', 'list']],
    ['list', ['news', 'list', 'rest', 'news', 'list']],
  ] as const)(
    'one who comes before they answer about the %s begins anew, and nothing is asked when that one leaves too',
    async (about, all) => {
      const answered = Promise.withResolvers<void>();
      const isFirst = (asked: Question['about'][]) => asked.at(-1) === about && asked.indexOf(about) === asked.length - 1;
      const { asked, port } = await stream((soFar) => (isFirst(soFar) ? answered.promise : undefined));
      const hasAsked = (count: number) =>
        until(
          () => asked.length >= count,
          () => asked,
        );
      const first = await watcher(port);
      await hasAsked(all.indexOf('rest'));
      first.request.destroy();
      await hasAsked(all.indexOf('rest') + 1);
      const second = await watcher(port);
      answered.resolve();
      await until(() => second.names().includes('snapshot'), second.names);
      expect(asked.slice(0, all.length)).toEqual(all);
      second.request.destroy();
      await until(
        () => asked.lastIndexOf('rest') >= all.length,
        () => asked,
      );
      await fewTicks();
      expect(asked.at(-1)).toBe('rest');
      expect(second.names().filter((name) => name === 'snapshot')).toHaveLength(1);
    },
  );
});

test('a watcher that does not read misses frames, and gets everything anew once it does', async () => {
  const { news, port, responses } = await stream();
  const slow = await watcher(port);
  const [slowly] = responses;
  const quick = await watcher(port);
  await until(() => slow.names().includes('snapshot'), slow.names);
  slow.response.pause();
  const big = 'x'.repeat(500_000);
  const ticks = () => quick.names().filter((name) => name === 'tick').length;
  /** Resolves once there has been one more tick, with something big. */
  const oneMore = () => {
    const before = ticks();
    news.exchanges.push({ id: `${before} ${big}` });
    return until(() => ticks() > before, quick.names);
  };
  // Until the kernel's buffers are full, and then the balancer's; what comes after that is missed.
  while ((slowly?.writableLength ?? 0) <= 256 * 1024) await oneMore();
  for (let missed = 0; missed < 3; missed += 1) await oneMore();
  slow.response.resume();
  await until(() => slow.names().filter((name) => name === 'snapshot').length === 2, slow.names);
  expect(slow.names().filter((name) => name === 'tick').length).toBeLessThan(quick.names().filter((name) => name === 'tick').length);
});

test('the end of the stream is everybody’s', async () => {
  const { events, port } = await stream();
  const { response, names } = await watcher(port);
  await until(() => names().includes('snapshot'), names);
  events.end();
  await seen(async () => response.complete, Boolean);
});

test('who has not read all at the end gets it to the end, and nothing after it', async () => {
  const { asked, events, port, responses } = await stream();
  const { response, told, names } = await watcher(port);
  await until(() => names().includes('snapshot'), names);
  response.pause();
  const [ending] = responses as [Response];
  const errors: Error[] = [];
  ending.on('error', (error) => errors.push(error));
  const second = (attempts: string) => ({ at: 1, p50: null, p99: null, attempts: { [attempts]: 1 }, errors: {} });
  for (let turns = 0; ending.writableLength === 0 && turns < 1000; turns += 1) {
    events.tellSecond(second(`${turns} ${'x'.repeat(100_000)}`));
    await new Promise(setImmediate);
  }
  events.end();
  events.tellSecond(second('too late'));
  const before = asked.length;
  await fewTicks();
  expect(asked).toHaveLength(before);
  expect(errors).toEqual([]);
  response.resume();
  await seen(async () => response.complete, Boolean);
  expect(JSON.stringify(told())).not.toContain('too late');
});

test('32 may watch at once; the next one is told so, and has room once one has left', async () => {
  const { port, responses } = await stream();
  const status = async () => {
    const request = get({ port, host: '127.0.0.1' });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    ends.push(() => request.destroy());
    return response;
  };
  for (let watching = 0; watching < 32; watching += 1) expect((await status()).statusCode).toBe(200);
  const refused = await status();
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5']);
  const [body] = await once(refused.setEncoding('utf8'), 'data');
  expect(body).toBe('{"error":"32 watch already, which is the most; close a page"}');
  responses[0]?.destroy();
  await seen(status, ({ statusCode }) => statusCode === 200);
});
