import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Deadlines } from '../../src/brain/deadlines.ts';
import { Http1Reply } from '../../src/listen/http1-reply.ts';
import { Http1Request } from '../../src/listen/http1-request.ts';
import type { Reply } from '../../src/listen/reply.ts';
import { world } from '../../src/process/world.ts';
import { takeBody } from '../../src/queue/take-body.ts';
import { type Lane, putLane } from '../../src/route/lane.ts';
import { exchange } from '../brain/story/exchanges.ts';
import { until } from '../until.ts';
import { Client } from '../wire/hostile.ts';
import { portOf } from '../wire.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Sees each request before this stage, which waits for it where it takes time. */
type Meddle = (request: Http1Request, reply: Http1Reply) => unknown;

/** A server of this stage alone, which answers what kind of body it took and how long that was. */
function server({
  minBodyRate = 0,
  now = () => 0,
  meddle = () => {},
  over = () => {},
}: {
  minBodyRate?: number;
  now?: () => number;
  meddle?: Meddle;
  over?: () => void;
}): Server {
  const say = (reply: Reply, status: number, words: string) => reply.answer(status, '', ['Content-Length', `${words.length}`], words);
  const stage = takeBody(now, new Deadlines(world), async ({ body }, _request, reply) => {
    if (body instanceof Readable) say(reply, 200, `streamed ${(await text(body)).length}`);
    else say(reply, 200, body === null ? 'nothing' : `kept ${body.length}`);
  });
  const built = createServer({ IncomingMessage: Http1Request, ServerResponse: Http1Reply }, async (request, reply) => {
    putLane(request, { rules: { patience: 60_000, minBodyRate } } as Lane);
    const meddled = meddle(request, reply);
    if (meddled instanceof Promise) await meddled;
    await Promise.try(() => stage({ ...exchange(), method: request.method }, request, reply)).catch((error) => say(reply, 500, `${error}`));
    over();
  });
  ends.push(() => new Promise((resolve) => built.close(resolve)));
  return built;
}

async function client(to: Server): Promise<Client> {
  const connected = await Client.to(await portOf(to));
  ends.push(() => connected.leave());
  return connected;
}

const head = (framing: string, method = 'PUT') => `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}\r\n\r\n`;
const inChunks = 'Transfer-Encoding: chunked';
const chunk = (length: number) => `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n`;
const lastChunk = '0\r\n\r\n';

describe('a body', () => {
  test.each([
    ['of a known length', `${head('Content-Length: 3')}abc`, 'kept 3'],
    ['in chunks', head(inChunks) + chunk(3) + lastChunk, 'kept 3'],
    ['in very many chunks', head(inChunks) + chunk(1).repeat(65_536) + lastChunk, 'kept 65536'],
    ['in chunks that turns out to be long', head(inChunks) + chunk(1).repeat(65_537) + lastChunk, 'streamed 65537'],
    ['in chunks, of a method that may not be repeated', head(inChunks, 'POST') + chunk(3) + lastChunk, 'streamed 3'],
    ['that is long', `${head('Content-Length: 100000')}${'x'.repeat(100_000)}`, 'streamed 100000'],
  ])('%s is taken whole', async (_what, request, taken) => {
    expect(await (await client(server({}))).send(request).end()).toMatch(new RegExp(`${taken}$`));
  });

  test('that turns out to be long, and was there in whole before anybody took it, as in a pipeline, is taken whole', async () => {
    const taken: Http1Request[] = [];
    const before = Promise.withResolvers<void>();
    const meddle: Meddle = (request) => {
      taken.push(request);
      return before.promise;
    };
    const early = await client(server({ meddle }));
    early.send(head(inChunks) + chunk(60_000));
    const buffered = () => taken[0]?.readableLength;
    await until(() => buffered() === 60_000, buffered);
    early.send(chunk(10_000) + lastChunk);
    await until(() => taken[0]?.complete === true, buffered);
    before.resolve();
    expect(await early.end()).toMatch(/streamed 70000$/);
  });

  test('that was only announced takes no room from others', async () => {
    let begun = 0;
    const one = server({ meddle: () => (begun += 1) });
    const announced = 1100;
    for (let count = 0; count < announced; count += 1) (await client(one)).send(`${head('Content-Length: 65536')}x`);
    await until(
      () => begun === announced,
      () => begun,
    );
    expect(await (await client(one)).send(`${head('Content-Length: 3')}abc`).end()).toMatch(/kept 3$/);
  });

  test('that comes too slowly is a 408 that says so', async () => {
    const clock = { at: 0 };
    const taken: Http1Request[] = [];
    const slow = await client(server({ minBodyRate: 100, now: () => clock.at, meddle: (req) => taken.push(req) }));
    slow.send(head('Content-Length: 1000'));
    await until(
      () => taken.length === 1,
      () => taken,
    );
    clock.at = 61_000;
    expect(await slow.send('x').end()).toMatch(/^HTTP\/1\.1 408 [\s\S]*came too slowly, at less than 100 bytes a second/);
  });

  test('whose request is answered before it has come is let go of with its answer', async () => {
    let isOver = false;
    const answered = server({
      meddle: (_request, reply) => void setImmediate(() => reply.end('enough')),
      over: () => {
        isOver = true;
      },
    });
    // Its connection stays open.
    const kept = head('Content-Length: 3').replace('Connection: close\r\n', '');
    expect(await (await client(answered)).send(`${kept}a`).until(/enough/)).toMatch(/^HTTP\/1\.1 200 /);
    await until(
      () => isOver,
      () => isOver,
    );
  });

  test('that breaks for a reason that is not the client’s is a 500 at once', async () => {
    const broken = server({ meddle: (req) => setImmediate(() => req.emit('error', new Error('a mistake'))) });
    expect(await (await client(broken)).send(`${head('Content-Length: 3')}a`).until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 500 /);
  });
});
