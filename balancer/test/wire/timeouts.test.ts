import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { deadOrigin, originAt, startOrigin, type TestOrigin } from '../origins.ts';
import { afterThose, type RoadOptions, roadOver, type TestRoad, testAtOnce, threads } from '../road.ts';
import { SharedBalancer } from '../running.ts';
import { seen, until } from '../until.ts';
import { ask, Client, statusesIn } from './hostile.ts';
import { startByteOrigin } from './through.ts';

const ends: (() => unknown)[] = [];
afterThose(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function origin(handler?: RequestListener): Promise<TestOrigin> {
  const started = await startOrigin(handler);
  ends.push(started.close);
  return started;
}

function road(origins: readonly Origin[], options: RoadOptions): TestRoad {
  const built = roadOver(origins, options);
  ends.push(built.close);
  return built;
}

/** What the balancer as a process is told where nothing else is: every timeout is 20 s, and nothing is tried again. */
const patient = { 'connect-timeout': '20s', 'response-timeout': '20s', 'idle-timeout': '20s', retries: '0' };

async function client(server: Parameters<typeof Client.to>[0]): Promise<Client> {
  const connected = await Client.to(server);
  ends.push(() => connected.leave());
  return connected;
}

/** An origin in a process that is stopped, whose system takes no more connections for it: connecting to it takes for ever. */
async function unreachableOrigin(): Promise<Origin> {
  const listen = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })`;
  const child: ChildProcess = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill('SIGKILL'));
  const port = Number((await once(child.stdout as NodeJS.ReadableStream, 'data'))[0]);
  child.kill('SIGSTOP');
  let taken = true;
  while (taken) {
    const filler = connect(port, '127.0.0.1').on('error', () => {});
    ends.push(() => filler.destroy());
    taken = await Promise.race([once(filler, 'connect').then(() => true), pause(250, false)]);
  }
  return originAt(port);
}

/** Resolves once nothing is in flight. */
const idle = (pool: TestRoad['pool']) => {
  const inFlight = () => pool.status().map((each) => each.inFlight);
  return until(() => inFlight().every((count) => count === 0), inFlight);
};

const silent: RequestListener = () => {};
const stalling: RequestListener = (req, res) => {
  if (req.method === 'GET') res.writeHead(200, { 'Content-Length': 10 }).write('half ');
};
const reading: RequestListener = (req, res) => req.resume().once('end', () => res.end('whole'));
const last = (target = '/') => ask(target, 'Connection: close');

testAtOnce('each timeout is an option of its own, in the process that people run', async () => {
  const late = await origin((_req, res) => setTimeout(() => res.end('whole'), 1500));
  const [unreachable, mute, half] = await Promise.all([unreachableOrigin(), origin(silent), origin(stalling)]);
  const upload = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  const answerTo = async (port: number, bytes: string) => (await client(port)).send(bytes).end();

  const flags = Object.entries({ ...patient, 'connect-timeout': '100ms' }).map(([name, value]) => `--${name}=${value}`);
  const given = ['--health-timeout=20s', `--threads=${threads}`, `--origins=${unreachable.url}`, ...flags];
  const connecting = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=off', ...given]);
  ends.push(() => connecting.end());
  expect(statusesIn(await answerTo(await connecting.port(), last()))).toEqual([504]);

  const shared = new SharedBalancer([`--threads=${threads}`]);
  ends.push(() => shared.end());
  const over = async ({ url }: Origin, settings: object) => (await shared.with({ ...patient, origins: url.href, ...settings })).port;
  expect(statusesIn(await answerTo(await over(mute.origin, { 'response-timeout': '100ms' }), last()))).toEqual([504]);
  const idle = await over(half.origin, { 'idle-timeout': '100ms' });
  const [answer, refusal] = await Promise.all([answerTo(idle, last()), answerTo(idle, upload)]);
  expect([answer, refusal].flatMap(statusesIn)).toEqual([200, 408]);
  expect(answer).toMatch(/half $/);
  const impatient = await over(late.origin, { 'connect-timeout': '500ms', 'idle-timeout': '500ms' });
  expect(await answerTo(impatient, last())).toMatch(/^HTTP\/1\.1 200 [\s\S]*whole$/);
});

describe('a connection that does not come about', () => {
  testAtOnce('means that another origin is tried', async () => {
    const [never, well] = [await unreachableOrigin(), await origin()];
    const { server, record } = road([never, well.origin], { timeout: 1000 });
    expect(statusesIn(await (await client(server)).send(last()).end())).toEqual([200]);
    expect((await record()).attempts.map(({ result }) => result)).toEqual(['no connection in time', '200']);
  });

  testAtOnce('is a 502 when it is refused', async () => {
    const { server } = road([deadOrigin()], {});
    expect(statusesIn(await (await client(server)).send(last()).end())).toEqual([502]);
  });

  testAtOnce('is a 503 with Retry-After when there is no origin to connect to', async () => {
    const { server } = road([], {});
    expect(await (await client(server)).send(last()).end()).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: [1-9]/);
  });
});

describe('an answer that does not begin', () => {
  testAtOnce('is a 504 also where the origin does not even read the request', async () => {
    const deaf = await startByteOrigin((socket) => socket.pause());
    ends.push(deaf.close);
    const { server } = road([originAt(deaf.port)], { timeout: 1000 });
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 20000000\r\n\r\n';
    expect(statusesIn(await (await client(server)).send(head + 'x'.repeat(20_000_000)).end())).toEqual([504]);
  });

  testAtOnce('is cut off at the origin, too', async () => {
    const gone = Promise.withResolvers<void>();
    const { origin: never } = await origin((req) => req.socket.once('close', gone.resolve));
    const { server, pool } = road([never], { timeout: 100 });
    expect(statusesIn(await (await client(server)).send(last()).end())).toEqual([504]);
    await gone.promise;
    await idle(pool);
  });
});

describe('a request whose total time is over', () => {
  const outOfTime = /504 Gateway Timeout: no answer came in the time that one request may take/;

  testAtOnce('is tried no further, is a 504 that says so, and its story names the option', async () => {
    const four = await Promise.all([origin(silent), origin(silent), origin(silent), origin(silent)]);
    const built = road(
      four.map((each) => each.origin),
      { timeout: 400, patience: 400, flags: ['--total-timeout=1s'] },
    );
    expect(await (await client(built.server)).send(last()).end()).toMatch(outOfTime);
    const { attempts } = await built.record();
    // Time-outs only ever come late: four attempts of 400 ms would have taken 1.6 s at the least.
    expect(attempts.length).toBeLessThan(4);
    expect(attempts.slice(0, -1).map(({ result }) => result)).toEqual(attempts.slice(1).map(() => 'no answer in time'));
    const [brief] = await built.ask({ about: 'list', query: { limit: 1 } });
    expect((await built.ask({ about: 'one', id: brief?.id ?? '' }))?.explanation).toMatch(
      /It was not tried again: its time for all attempts together was over \(--total-timeout\)\. The client got 504\.$/,
    );
  });

  testAtOnce('is cut at its origin, which that says nothing of', async () => {
    const gone = Promise.withResolvers<void>();
    const { origin: slow } = await origin((req) => req.socket.once('close', gone.resolve));
    const { server, pool, record, ledger } = road([slow, (await origin()).origin], {
      timeout: 20_000,
      flags: ['--total-timeout=500ms'],
      watched: true,
    });
    for (let asked = 0; asked < 12; asked += 1) {
      const answer = await (await client(server)).send(last()).end();
      expect(answer).toMatch(asked % 2 === 0 ? outOfTime : /^HTTP\/1\.1 200 /);
    }
    await gone.promise;
    expect((await record()).attempts).toEqual([{ origin: slow.id, result: 'out of time' }]);
    expect(pool.status().map(({ state }) => state)).toEqual(['ready', 'ready']);
    await idle(pool);
    expect(ledger.enter(0)).toBe(0);
  });

  testAtOnce('is cut while the connection is still being made', async () => {
    const { server, pool, record } = road([await unreachableOrigin()], { timeout: 3000, flags: ['--total-timeout=100ms'] });
    expect(await (await client(server)).send(last()).end()).toMatch(outOfTime);
    expect((await record()).attempts.map(({ result }) => result)).toEqual(['out of time']);
    await idle(pool);
  });

  testAtOnce('is none once its answer has begun, however long that goes on', async () => {
    const { origin: drips } = await origin((_req, res) => {
      res.write('begun ');
      setTimeout(() => res.end('whole'), 3000);
    });
    const { server } = road([drips], { timeout: 20_000, patience: 20_000, flags: ['--total-timeout=1500ms'] });
    expect(await (await client(server)).send(last()).end()).toMatch(/whole\r\n0\r\n\r\n$/);
  });

  testAtOnce('is none while its body is on its way, and begins with the last byte of one that is kept', async () => {
    const { server } = road([(await origin(reading)).origin], { timeout: 20_000, patience: 20_000, flags: ['--total-timeout=1500ms'] });
    const slowly = async (method: string) => {
      const sending = (await client(server)).send(
        `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`,
      );
      await pause(2000);
      return sending.send('0\r\n\r\n').end();
    };
    const answers = await Promise.all([slowly('POST'), slowly('PUT')]);
    expect(answers.flatMap(statusesIn)).toEqual([200, 200]);
  });
});

describe('an answer that stops', () => {
  testAtOnce('is cut off, so that half is not taken for whole', async () => {
    const { server } = road([(await origin(stalling)).origin], { timeout: 20_000, patience: 100 });
    const received = await (await client(server)).send(ask('/')).end();
    expect(statusesIn(received)).toEqual([200]);
    expect(received).toMatch(/\r\n\r\nhalf $/);
  });

  testAtOnce('is cut off in mid-chunk, without the last one', async () => {
    const { origin: stops } = await origin((_req, res) => res.write('half'));
    const { server } = road([stops], { timeout: 20_000, patience: 100 });
    expect(await (await client(server)).send(ask('/')).end()).toMatch(/\r\n\r\n4\r\nhalf\r\n$/);
  });

  testAtOnce('may take longer than every timeout while it moves', async () => {
    const { origin: slow } = await origin((_req, res) => {
      let sent = 0;
      const drip = setInterval(() => {
        res.write('.');
        sent += 1;
        if (sent < 24) return;
        clearInterval(drip);
        res.end('whole');
      }, 50);
    });
    const { server } = road([slow], { timeout: 1000, patience: 1000 });
    expect(await (await client(server)).send(last()).end()).toMatch(/whole\r\n0\r\n\r\n$/);
  });

  testAtOnce('is given up when its client does not read on', async () => {
    const gone = Promise.withResolvers<string>();
    const { origin: endless } = await origin((req, res) => {
      req.socket.once('close', () => gone.resolve('gone'));
      const pour = () => {
        while (res.write('x'.repeat(100_000)));
        res.once('drain', pour);
      };
      pour();
    });
    const built = road([endless], { timeout: 60_000, patience: 100 });
    (await client(built.server)).send(ask('/')).deafen();
    expect(await Promise.race([gone.promise, pause(30_000, 'still held', { ref: false })])).toBe('gone');
    const [brief] = await seen(
      () => built.ask({ about: 'list', query: { limit: 1 } }),
      ([latest]) => latest?.ms != null,
    );
    expect((await built.ask({ about: 'one', id: brief?.id ?? '' }))?.explanation).toMatch(
      /The client stopped reading the answer\. It was not tried again: the client stopped reading\. The client got no whole answer\.$/,
    );
  });
});

describe('a client that stops in its body is a 408 and its connection is closed,', () => {
  const stops: [string, string][] = [
    ['of known length', 'Content-Length: 5\r\n\r\nhe'],
    ['of known length, before it begins', 'Content-Length: 5\r\n\r\n'],
    ['of known length, too long to be kept', 'Content-Length: 500000\r\n\r\nhe'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n'],
    ['in mid-chunk', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhe'],
    ['in a chunk size', 'Transfer-Encoding: chunked\r\n\r\n5'],
    ['before the first chunk', 'Transfer-Encoding: chunked\r\n\r\n'],
    ['before the trailers end', 'Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n'],
  ];

  testAtOnce.each(stops)('%s', async (_where, body) => {
    const { server } = road([(await origin(reading)).origin], { patience: 100 });
    const received = await (await client(server)).send(`POST / HTTP/1.1\r\nHost: a\r\n${body}`).end();
    expect(statusesIn(received)).toEqual([408]);
    expect(received).toContain('\r\nConnection: close\r\n');
  });

  testAtOnce.each(stops)('and no origin takes half for whole: %s', async (_where, body) => {
    const { origin: only, requests } = await origin(reading);
    const { server, pool } = road([only], { patience: 100 });
    await (await client(server)).send(`POST / HTTP/1.1\r\nHost: a\r\n${body}`).end();
    await (await client(server)).send(last('/fence')).end();
    expect(requests.filter(({ complete }) => complete).map(({ url }) => url)).toEqual(['/fence']);
    await idle(pool);
  });

  testAtOnce.each([
    ['Content-Length: 24', 'x'],
    ['Transfer-Encoding: chunked', '1\r\nx\r\n'],
  ])('but may take longer than every timeout while it moves: %s', async (framing, piece) => {
    const { server } = road([(await origin(reading)).origin], { timeout: 1000, patience: 1000 });
    const slow = (await client(server)).send(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}\r\n\r\n`);
    for (let sent = 0; sent < 24; sent++) {
      await pause(50);
      slow.send(piece);
    }
    if (framing.endsWith('chunked')) slow.send('0\r\n\r\n');
    expect(await slow.end()).toContain('whole');
  });
});
