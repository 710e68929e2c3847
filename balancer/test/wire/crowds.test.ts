import { describe, expect, test } from '@jest/globals';
import { Program } from '../../../e2e/process.ts';
import { describeInPlain, type RoadOptions, testAtOnce, testOfOneThread, threads } from '../road.ts';
import { until } from '../until.ts';
import { ask, statusesIn } from './hostile.ts';
import { client, clients, ends, origin, over, road, slowOrigin } from './limited.ts';

/** Resolves once a count is so much. */
const counted = (count: () => number, expected: number) => until(() => count() === expected, count);

const overloaded = /^HTTP\/1\.1 503 [\s\S]*\r\nRetry-After: [1-9]\d*\r\n/;

describeInPlain('who is turned away before the handshake can be told nothing')('--max-clients', () => {
  /** A road that lets in so many, each of whom has a request that runs. */
  async function full(count: number) {
    const slow = await slowOrigin();
    const built = over([slow.origin], { flags: [`--max-clients=${count}`] });
    const there = await clients(built.server, count);
    for (const one of there) one.send(ask('/'));
    await slow.arrived(count);
    return { ...slow, ...built, there };
  }

  test('is a 503 with Retry-After on one connection more, whose request goes nowhere, until another is gone', async () => {
    const { server, requests, ledger, there, answerFrom } = await full(2);
    const received = await (await client(server)).send(ask('/third')).end();
    expect(received).toMatch(overloaded);
    expect(received).toContain('\r\nConnection: close\r\n');
    expect(statusesIn(received)).toEqual([503]);
    expect(requests.map(({ url }) => url)).toEqual(['/', '/']);
    there[0]?.leave();
    await counted(() => ledger.connect(0), 1);
    const next = (await client(server)).send(ask('/', 'Connection: close'));
    answerFrom(0);
    expect(statusesIn(await next.end())).toEqual([200]);
  });

  test('does not count the connections that it refuses: who tries again at once gets the free place', async () => {
    const { server, there, answerFrom } = await full(1);
    await (await client(server)).end();
    there[0]?.leave();
    answerFrom(0);
    const statuses: (number | undefined)[] = [];
    while (statuses.length < 20 && !statuses.includes(200)) {
      statuses.push(...statusesIn(await (await client(server)).send(ask('/', 'Connection: close')).end()));
    }
    expect(statuses).toContain(200);
  });

  test('is told also to one who says nothing', async () => {
    const { server } = await full(1);
    expect(await (await client(server)).end()).toMatch(overloaded);
  });

  test('does not touch those whose requests run', async () => {
    const { server, there, answerFrom } = await full(1);
    await (await client(server)).end();
    answerFrom(0);
    await there[0]?.until(/done$/);
    expect(statusesIn((await there[0]?.send(ask('/', 'Connection: close')).end()) ?? '')).toEqual([200, 200]);
  });

  testOfOneThread('each thread makes room among its own connections')('lets who is new in where another is idle', async () => {
    const { server } = await road('--max-clients=1');
    const idle = await client(server);
    await idle.send(ask('/')).until(/\r\n\r\n\d+$/);
    expect(statusesIn(await (await client(server)).send(ask('/', 'Connection: close')).end())).toEqual([200]);
    expect(statusesIn(await idle.end())).toEqual([200]);
  });
});

describe('--max-connections', () => {
  test('is a 503 with Retry-After at once when every origin has that many', async () => {
    const [one, two] = [await slowOrigin(), await slowOrigin()];
    const { server } = over([one.origin, two.origin], { maxConnections: 2 });
    const running = await clients(server, 4);
    for (const each of running) each.send(ask('/', 'Connection: close'));
    await Promise.all([one.arrived(2), two.arrived(2)]);
    expect(await (await client(server)).send(ask('/fifth')).until(/\r\n\r\n/)).toMatch(overloaded);
    for (const answer of [...one.held, ...two.held]) answer();
    expect((await Promise.all(running.map((each) => each.end()))).flatMap(statusesIn)).toEqual([200, 200, 200, 200]);
  });

  test('sends what one origin may not have to another', async () => {
    const [slow, quick] = [await slowOrigin(), await origin()];
    const { server } = over([slow.origin, quick.origin], { maxConnections: 1 });
    const held = (await client(server)).send(ask('/', 'Connection: close'));
    await slow.arrived(1);
    for (let i = 0; i < 3; i++) {
      expect(await (await client(server)).send(ask('/', 'Connection: close')).end()).toContain(String(quick.port));
    }
    slow.held[0]?.();
    expect(statusesIn(await held.end())).toEqual([200]);
  });

  test.each([
    ['that then close', ask('/', 'Connection: close')],
    ['that are kept', ask('/')],
  ])('lets a request that waits go to the origin when another is done, on connections %s', async (_which, bytes) => {
    const slow = await slowOrigin();
    const { server } = over([slow.origin], { maxConnections: 2, maxWaiting: 20 });
    const all = await clients(server, 6);
    for (const each of all) each.send(bytes);
    const answers = Promise.all(all.map((each) => each.until(/\r\n\r\n/)));
    slow.answerFrom(0);
    expect((await answers).flatMap(statusesIn)).toEqual(Array(6).fill(200));
  });

  test('keeps an origin at that many requests, and connections, however many wait', async () => {
    const slow = await slowOrigin();
    const { server } = over([slow.origin], { maxConnections: 2, maxWaiting: 20 });
    const all = await clients(server, 12);
    for (const each of all) each.send(ask('/'));
    await slow.arrived(2);
    slow.answerFrom(0);
    await Promise.all(all.map((each) => each.until(/\r\n\r\n/)));
    expect(slow.most()).toBe(2);
    // Each thread keeps connections of its own, of which some may be idle.
    expect(new Set(slow.requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2 * threads);
  });
});

describe('a request that has to wait', () => {
  /** A road of one place, taken by a request that runs until the origin is told to answer. */
  async function full(options: RoadOptions) {
    const slow = await slowOrigin();
    const built = over([slow.origin], { maxConnections: 1, maxWait: 5000, ...options });
    const running = (await client(built.server)).send(ask('/running', 'Connection: close'));
    await slow.arrived(1);
    const waits = (count: number) => counted(() => built.ledger.waiting, count);
    const sent = async (target: string) => (await client(built.server)).send(ask(target, 'Connection: close'));
    /** Sends a request and resolves once it waits. */
    const queued = async (target: string) => {
      const before = built.ledger.waiting;
      const waiting = await sent(target);
      await waits(before + 1);
      return waiting;
    };
    return { ...slow, ...built, running, sent, queued, waits };
  }

  test('gets its answer once another is done', async () => {
    const road = await full({ maxWaiting: 1 });
    const waiting = await road.queued('/waiting');
    road.answerFrom(0);
    expect(statusesIn(await road.running.end())).toEqual([200]);
    expect(statusesIn(await waiting.end())).toEqual([200]);
  });

  const testOrder = testOfOneThread('each thread has a queue of its own, and a free place goes to one of them by lot');
  testOrder('is served in the order of arrival', async () => {
    const road = await full({ maxWaiting: 5 });
    const waiting = [];
    for (const target of ['/1', '/2', '/3', '/4', '/5']) waiting.push(await road.queued(target));
    road.answerFrom(0);
    await Promise.all(waiting.map((each) => each.end()));
    expect(road.requests.map(({ url }) => url)).toEqual(['/running', '/1', '/2', '/3', '/4', '/5']);
  });

  test('is a 503 with Retry-After at once where too many wait', async () => {
    const road = await full({ maxWaiting: 1 });
    const waiting = await road.queued('/waiting');
    expect(await (await road.sent('/refused')).end()).toMatch(overloaded);
    road.answerFrom(0);
    expect(statusesIn(await waiting.end())).toEqual([200]);
    expect(road.requests.map(({ url }) => url)).toEqual(['/running', '/waiting']);
  });

  test('is a 503 with Retry-After where it takes too long, and no origin sees it', async () => {
    const road = await full({ maxWaiting: 1, maxWait: 100 });
    const begun = performance.now();
    expect(await (await road.queued('/late')).end()).toMatch(overloaded);
    expect(performance.now() - begun).toBeGreaterThan(95);
    road.held[0]?.();
    await road.running.end();
    expect(road.requests.map(({ url }) => url)).toEqual(['/running']);
  });

  test('does not wait for who only sends slowly', async () => {
    const quick = await origin();
    const { server } = over([quick.origin], { maxConnections: 1, maxWaiting: 0 });
    const slow = (await client(server)).send('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n12345');
    for (let i = 0; i < 3; i++) {
      expect(statusesIn(await (await client(server)).send(ask('/', 'Connection: close')).end())).toEqual([200]);
    }
    expect(statusesIn(await slow.send('67890').end())).toEqual([200]);
  });

  test('gives up its turn when its client leaves, and its right to wait', async () => {
    const road = await full({ maxWaiting: 1 });
    const gone = await road.queued('/gone');
    gone.leave();
    await road.waits(0);
    const waiting = await road.queued('/next');
    road.answerFrom(0);
    expect(statusesIn(await waiting.end())).toEqual([200]);
    expect(road.requests.map(({ url }) => url)).toEqual(['/running', '/next']);
  });

  test('gets the place of a client that leaves while it is served', async () => {
    const road = await full({ maxWaiting: 1 });
    const waiting = await road.queued('/waiting');
    road.running.leave();
    await road.arrived(2);
    road.held[1]?.();
    expect(statusesIn(await waiting.end())).toEqual([200]);
  });

  testAtOnce('waits by --max-connections, --max-waiting and --wait-timeout', async () => {
    const slow = await slowOrigin();
    const flags = ['--max-connections=1', '--max-waiting=1', '--wait-timeout=1200ms', `--threads=${threads}`];
    const program = new Program('balancer/src/main.ts', ['--port=0', '--admin-port=off', `--origins=${slow.origin.url}`, ...flags]);
    ends.push(() => program.end());
    const port = await program.port();
    const send = async () => (await client(port)).send(ask('/', 'Connection: close'));
    const running = await send();
    await slow.arrived(1);
    const refusal = async () => {
      const received = await (await send()).end();
      expect(received).toMatch(overloaded);
      return performance.now();
    };
    const begun = performance.now();
    const [one, two] = (await Promise.all([refusal(), refusal()])).map((at) => at - begun).sort((a, b) => a - b);
    expect(one).toBeLessThan(1190);
    expect(two).toBeGreaterThan(1190);
    slow.held[0]?.();
    expect(statusesIn(await running.end())).toEqual([200]);
    expect(slow.requests).toHaveLength(1);
  });
});

describe('--max-running-per-address', () => {
  const from = (address: string, target: string) => ask(target, `X-Forwarded-For: ${address}`, 'Connection: close');
  const trusted = [{ address: '127.0.0.1', prefix: 32 }];

  /** A road to a slow origin with 20 places, for all of which one client asks, and for more. */
  async function crowded(options: RoadOptions) {
    const slow = await slowOrigin();
    const built = over([slow.origin], { trusted, maxConnections: 20, maxWaiting: 1024, maxWait: 60_000, ...options });
    for (const one of await clients(built.server, 30)) one.send(from('192.0.2.1', '/greedy'));
    return { ...slow, ...built };
  }

  test('lets one client, by the address that trusted proxies tell, not take all places: another gets one at once', async () => {
    const road = await crowded({});
    // All are there only then: while they come, 12 may wait for a moment of whom one is yet to run.
    await road.arrived(18);
    await counted(() => road.ledger.waiting, 12);
    const honest = (await client(road.server)).send(from('192.0.2.2', '/honest'));
    await road.arrived(19);
    expect(road.requests.at(-1)?.url).toBe('/honest');
    road.held[18]?.();
    expect(statusesIn(await honest.end())).toEqual([200]);
    road.answerFrom(0);
  });

  test('keeps each client to a number, and tells it so', async () => {
    const road = await crowded({ flags: ['--max-running-per-address=5'], maxWaiting: 25 });
    await counted(() => road.ledger.waiting, 25);
    await road.arrived(5);
    const refused = await (await client(road.server)).send(from('192.0.2.1', '/more')).end();
    expect(refused).toMatch(overloaded);
    expect(refused).toContain('too many requests of this client are under way');
    road.answerFrom(0);
  });
});

testOfOneThread('each thread makes room in its own queue')(
  'where too many wait, the latest of the longest queue makes room for another client',
  async () => {
    const slow = await slowOrigin();
    const { server, ledger } = over([slow.origin], {
      trusted: [{ address: '127.0.0.1', prefix: 32 }],
      maxConnections: 1,
      maxWaiting: 10,
      maxWait: 60_000,
    });
    const from = (address: string, target: string) => ask(target, `X-Forwarded-For: ${address}`, 'Connection: close');
    const greedy = await clients(server, 11);
    for (const one of greedy) one.send(from('192.0.2.1', '/greedy'));
    await slow.arrived(1);
    await counted(() => ledger.waiting, 10);
    const honest = (await client(server)).send(from('192.0.2.2', '/honest'));
    await until(
      () => greedy.some(({ received }) => overloaded.test(received)),
      () => greedy.map(({ received }) => received),
    );
    slow.answerFrom(0);
    expect(statusesIn(await honest.end())).toEqual([200]);
  },
);
