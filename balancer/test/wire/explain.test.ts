import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { config, problems } from '../config/reading.ts';
import { deadOrigin, originAt } from '../origins.ts';
import { type RoadOptions, roadOver, type TestRoad } from '../road.ts';
import { seen } from '../until.ts';
import { onTheWire } from '../wire.ts';
import { type ByteOrigin, get, startByteOrigin, valuesOf } from './through.ts';
import { handshake, switching } from './web-sockets.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function origin(answer: (socket: Socket, request: string) => void): Promise<ByteOrigin> {
  const started = await startByteOrigin(answer);
  open.push(started);
  return started;
}

function road(origins: Parameters<typeof roadOver>[0], options?: RoadOptions): TestRoad {
  const built = roadOver(origins, options);
  open.push(built);
  return built;
}

const ok = (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const hangUp = (socket: Socket) => void socket.destroy();
const asking = get('/cart?x=1', 'X-LB-Explain: 1');

/** What the fields of an answer say. */
function explained(answer: string) {
  const [decision = ''] = valuesOf(answer, 'X-LB-Decision');
  return { decision, by: valuesOf(answer, 'X-LB-Origin'), why: valuesOf(answer, 'X-LB-Why'), timing: valuesOf(answer, 'Server-Timing') };
}

/** What is remembered of the exchange with that id, once it is over. */
function remembered({ ask }: TestRoad, id: string) {
  return seen(
    () => ask({ about: 'one', id }),
    (report) => report?.ms != null,
  );
}

describe('a client that asks by X-LB-Explain: 1 is told', () => {
  test('who answers, why, under which id, and how long it took', async () => {
    const two = [await origin(ok), await origin(ok)];
    const built = road(two.map(({ port }) => originAt(port)));
    const { decision, by, why, timing } = explained(await onTheWire(built.server, asking));
    expect(by).toEqual([`127.0.0.1:${two[0]?.port}`]);
    expect(why).toEqual([`round-robin: 127.0.0.1:${two[0]?.port} has waited longest: it had no turn yet`]);
    expect(timing).toEqual([expect.stringMatching(/^wait;dur=\d+\.\d\d, connect;dur=\d+\.\d\d, origin;dur=\d+\.\d\d$/)]);
    expect(await built.ask({ about: 'one', id: decision })).toMatchObject({ target: '/cart?x=1' });
  });

  test('which origins failed before', async () => {
    const [dead, well] = [deadOrigin(), await origin(ok)];
    const { why } = explained(await onTheWire(road([dead, originAt(well.port)]).server, asking));
    expect(why).toEqual([`${dead.id} failed (ECONNREFUSED); then round-robin: it is the only candidate`]);
  });

  test('that no other is left', async () => {
    const dead = deadOrigin();
    const { why } = explained(await onTheWire(road([dead]).server, asking));
    expect(why).toEqual([
      `${dead.id} failed (ECONNREFUSED); then no other origin can take it: ${dead.id} (already tried for this request)`,
    ]);
  });

  test('that there is none', async () => {
    expect(explained(await onTheWire(road([]).server, asking)).why).toEqual(['no origin can take it']);
  });

  test('why nobody answers', async () => {
    const dead = deadOrigin();
    const { by, why } = explained(await onTheWire(road([dead], { retries: 0 }).server, asking));
    expect(by).toEqual([]);
    expect(why).toEqual([`${dead.id} failed (ECONNREFUSED); then retries are off`]);
  });

  test('on a WebSocket, too', async () => {
    const socket = await origin((each) => each.end(switching));
    const { by } = explained(
      await onTheWire(road([originAt(socket.port)]).server, handshake.replace('\r\n\r\n', '\r\nX-LB-Explain: 1\r\n\r\n')),
    );
    expect(by).toEqual([`127.0.0.1:${socket.port}`]);
  });
});

test.each([
  ['nobody who does not ask is told', [], get('/'), 0],
  ['nobody is told where that is off', ['--explain=off'], asking, 0],
  ['everybody is told where that is wanted', ['--explain=always'], get('/'), 1],
])('%s', async (_what, flags, request, times) => {
  const one = await origin(ok);
  const answer = await onTheWire(road([originAt(one.port)], { flags }).server, request);
  for (const name of ['X-LB-Decision', 'X-LB-Origin', 'X-LB-Why', 'Server-Timing']) expect(valuesOf(answer, name)).toHaveLength(times);
});

describe('what is remembered of an exchange', () => {
  test('is each attempt with its candidates, who was left out, its end and its times, in order', async () => {
    const [dead, one, two] = [deadOrigin(), await origin(ok), await origin(ok)];
    const built = road([dead, originAt(one.port), originAt(two.port)]);
    const report = await remembered(built, explained(await onTheWire(built.server, asking)).decision);
    const ids = [dead.id, `127.0.0.1:${one.port}`, `127.0.0.1:${two.port}`];
    expect(report).toMatchObject({
      method: 'GET',
      target: '/cart?x=1',
      policy: 'round-robin',
      client: '127.0.0.1',
      key: '127.0.0.1',
      status: 200,
      notRetried: null,
    });
    const [first, second] = report?.attempts ?? [];
    expect(first?.candidates.map(({ id }) => id)).toEqual(ids);
    expect(first).toMatchObject({
      origin: dead.id,
      result: 'ECONNREFUSED',
      isFailure: true,
      excluded: [],
      connectedMs: null,
      firstByteMs: null,
    });
    expect(second?.candidates.map(({ id }) => id)).toEqual(ids.slice(1));
    expect(second).toMatchObject({
      origin: ids[1],
      result: '200',
      isFailure: false,
      by: 'policy',
      facts: { id: ids[1], turn: expect.any(Number), last: 0 },
    });
    expect(second?.excluded).toEqual([{ id: dead.id, reason: 'already tried for this request' }]);
    const times = [
      first?.pickedMs,
      first?.endedMs,
      second?.pickedMs,
      second?.connectedMs,
      second?.firstByteMs,
      second?.endedMs,
      report?.ms,
    ].map(Number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('is as it was when it was decided, whatever has happened since', async () => {
    const two = [await origin(ok), await origin(ok)];
    const built = road(two.map(({ port }) => originAt(port)));
    const first = explained(await onTheWire(built.server, asking));
    for (let i = 0; i < 3; i++) await onTheWire(built.server, asking);
    built.pool.roster.drain(`127.0.0.1:${two[0]?.port}`);
    const report = await remembered(built, first.decision);
    expect(report?.attempts[0]?.candidates.map(({ lastTurn, inFlight }) => [lastTurn, inFlight])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(report?.wouldHavePicked.find(({ policy }) => policy === 'first')).toEqual({
      policy: 'first',
      origin: `127.0.0.1:${two[0]?.port}`,
      why: `127.0.0.1:${two[0]?.port} is the first of 2`,
      isSame: true,
    });
  });

  test('is why it was not tried again', async () => {
    const [rude, polite] = [await origin(hangUp), await origin(ok)];
    const built = road([originAt(rude.port), originAt(polite.port)]);
    const { decision } = explained(await onTheWire(built.server, asking.replace('GET', 'POST')));
    const report = await remembered(built, decision);
    expect(report?.notRetried).toBe('the origin may have acted on it, and a POST may not be done twice (RFC 9110 §9.2.2)');
    expect(report?.explanation).toMatch(
      /^POST \/cart\?x=1 came from 127\.0\.0\.1\.(?: It waited [\d.]+ ms, .*?\.)? round-robin picked .* of 2 candidates: .*\. No answer began, and it failed after [\d.]+ ms \(.*\)\. It was not tried again: the origin may .*\. The client got 502\.$/,
    );
  });

  test('is who was left out and why, where nobody could take it', async () => {
    const dead = deadOrigin();
    const built = road([dead]);
    built.pool.roster.setHealth(dead, 'down', '3 of 3 probes failed, ECONNREFUSED', true);
    const answer = await seen(
      () => onTheWire(built.server, asking),
      (seenSoFar) => seenSoFar.includes(' 503 '),
    );
    const { decision, why } = explained(answer);
    const reason = 'down: 3 of 3 probes failed, ECONNREFUSED';
    expect(why).toEqual([`no origin can take it: ${dead.id} (${reason})`]);
    const report = await remembered(built, decision);
    expect(report).toMatchObject({ attempts: [], nobody: [{ id: dead.id, reason }], wouldHavePicked: [] });
    expect(report?.explanation).toContain(`No origin could take it: ${dead.id} (${reason}). The client got 503.`);
  });

  test('is that its client stopped in the middle of its body, before any origin was picked', async () => {
    const built = road([originAt((await origin(ok)).port)], { patience: 100 });
    await onTheWire(built.server, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe');
    const [brief] = await seen(
      () => built.ask({ about: 'list', query: { limit: 1 } }),
      ([latest]) => latest?.ms != null,
    );
    expect(await remembered(built, brief?.id ?? '')).toMatchObject({
      notRetried: 'the client stopped sending its body',
      explanation: 'POST / came from 127.0.0.1. It was not tried at all: the client stopped sending its body. The client got 408.',
    });
  });

  test('hides a key that comes from a cookie or a header', async () => {
    const one = await origin(ok);
    const built = road([originAt(one.port)], { flags: ['--hash-key=cookie:session'] });
    const { decision } = explained(await onTheWire(built.server, get('/', 'X-LB-Explain: 1', 'Cookie: session=s3cret')));
    const report = await remembered(built, decision);
    expect(report?.key).toBe('hidden');
    expect(JSON.stringify(report)).not.toContain('s3cret');
  });

  test('begins before its end, so that one that hangs can be seen', async () => {
    const silent = await origin(() => {});
    const built = road([originAt(silent.port)], { timeout: 60_000 });
    const answer = onTheWire(built.server, asking).catch(() => {});
    const list = await seen(
      () => built.ask({ about: 'list', query: { limit: 5, origin: `127.0.0.1:${silent.port}` } }),
      ([first]) => first?.attempts.length === 1,
    );
    expect(list[0]).toMatchObject({ status: null, ms: null, attempts: [{ origin: `127.0.0.1:${silent.port}`, result: null }] });
    await silent.close();
    await answer;
  });
});

describe('who is told, and what caches must know of that, with --explain', () => {
  const loopback = [{ address: '127.0.0.1', prefix: 32 }];
  const whoever = get('/');
  const forSomebody = get('/', 'X-LB-Explain: 1', 'X-Forwarded-For: 192.0.2.7');
  test.each<[string, string, boolean, string[], string[]]>([
    ['off', asking, false, [], []],
    ['always', whoever, true, [], []],
    ['asked', whoever, false, [], []],
    ['asked', asking, true, ['X-LB-Explain'], []],
    ['trusted', asking, true, ['X-LB-Explain'], ['private']],
    ['trusted', whoever, false, [], []],
    ['trusted', forSomebody, false, [], []],
    ['127.0.0.0/8', asking, true, ['X-LB-Explain'], ['private']],
    ['10.0.0.0/8, ::1', asking, false, [], []],
    ['192.0.2.0/24', forSomebody, true, ['X-LB-Explain'], ['private']],
  ])('%s: %j', async (who, request, isTold, vary, caching) => {
    const { port } = await origin(ok);
    const answer = await onTheWire(road([originAt(port)], { trusted: loopback, flags: [`--explain=${who}`] }).server, request);
    expect(valuesOf(answer, 'X-LB-Why').length > 0).toBe(isTold);
    expect(valuesOf(answer, 'Vary')).toEqual(vary);
    expect(valuesOf(answer, 'Cache-Control')).toEqual(caching);
  });

  test('nothing: nobody', async () => {
    expect(config([]).explain).toBe('off');
  });

  test('nonsense: the program says what there is', () => {
    expect(problems(['--explain=trust'])).toEqual(['--explain: "trust" is not known; give one of: trusted, off, asked, always']);
    expect(problems(['--explain=10.0.0.0/99'])).toHaveLength(1);
  });
});

test.each([
  ['no origin answers', get('/')],
  ['a request is refused', get('*')],
  ['a request can’t be read', 'nonsense\r\n\r\n'],
])('an answer of the balancer’s own is never stored: where %s', async (_what, request) => {
  const answer = await onTheWire(road([deadOrigin()]).server, request);
  expect(valuesOf(answer, 'Cache-Control')).toEqual(['no-store']);
});
