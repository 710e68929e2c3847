import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { countBelow } from '../../src/brain/pool/histogram.ts';
import type { OutcomeName, TallySum } from '../../src/brain/pool/tally.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { policies } from '../../src/brain/select/policies.ts';
import { Stickiness } from '../../src/route/sticky.ts';
import { deadOrigin, originAt } from '../origins.ts';
import { type RoadOptions, roadOver, secret, type TestRoad } from '../road.ts';
import { until } from '../until.ts';
import { onTheWire, portOf } from '../wire.ts';
import { get, startByteOrigin } from './through.ts';
import { handshake, switching } from './web-sockets.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

async function origin(answer: (socket: Socket) => void): Promise<Origin> {
  const started = await startByteOrigin(answer);
  open.push(started);
  return originAt(started.port);
}

/** A road, and what has been counted since it is there. */
function counting(origins: readonly Origin[], options?: RoadOptions) {
  const built: TestRoad = roadOver(origins, options);
  open.push(built);
  const { ledger, pool } = built;
  const before = ledger.sumIn();
  const at = ({ id }: Origin) => ledger.sumIn(pool.roster.memberCalled(id)?.slot ?? -1);
  /** What clients were told, once so many exchanges have ended. */
  const told = async (ended: number) => {
    const since = () => changesOf(before, ledger.sumIn());
    await until(() => Object.values(since()).reduce((sum, count) => sum + count, 0) === ended, since);
    return since();
  };
  return { server: built.server, at, told };
}

/** The counts that have grown. */
function changesOf(before: TallySum | undefined, now: TallySum): Partial<Record<OutcomeName, number>> {
  const names = Object.keys(now.outcomes) as OutcomeName[];
  const changes = names.map((name) => [name, now.outcomes[name] - (before?.outcomes[name] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** Resolves once something is as expected: a thread's counts may be seen a moment apart from one another. */
const comes = (look: () => object, expected: object) => until(() => isDeepStrictEqual(look(), expected), look);

const timesIn = ({ histogram }: TallySum) => countBelow(histogram, Number.POSITIVE_INFINITY) + (histogram.at(-1) ?? 0);

const answering = (status: string) => (socket: Socket) => void socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
const ok = answering('200 OK');

describe('an attempt counts', () => {
  test.each([
    ['2xx', ok, '2xx'],
    ['3xx', answering('302 Found'), '3xx'],
    ['4xx', answering('404 Not Found'), '4xx'],
    ['5xx', answering('503 Service Unavailable'), '5xx'],
  ] as const)('as %s, with the time to its first byte', async (_what, answer, outcome) => {
    const one = await origin(answer);
    const { server, at, told } = counting([one]);
    await onTheWire(server, get('/'));
    expect(await told(1)).toEqual({ [outcome]: 1 });
    await comes(() => changesOf(undefined, at(one)), { [outcome]: 1 });
    expect([timesIn(at(one)), at(one).ms > 0]).toEqual([1, true]);
  });

  test('as 1xx where it became a WebSocket, once that is open', async () => {
    const one = await origin((socket) => void socket.write(switching));
    const { server, at } = counting([one]);
    const client = connect(await portOf(server), '127.0.0.1');
    open.push({ close: async () => void client.destroy() });
    client.write(handshake);
    await once(client, 'data');
    await comes(() => changesOf(undefined, at(one)), { '1xx': 1 });
    expect(timesIn(at(one))).toBe(1);
  });

  test('as no connection where there came none', async () => {
    const dead = deadOrigin();
    const { server, at, told } = counting([dead]);
    await onTheWire(server, get('/'));
    expect(await told(1)).toEqual({ '5xx': 1 });
    await comes(() => changesOf(undefined, at(dead)), { connectErrors: 1 });
    expect(timesIn(at(dead))).toBe(0);
  });

  test('as a timeout where no answer began in time', async () => {
    const silent = await origin(() => {});
    const { server, at, told } = counting([silent], { timeout: 100 });
    await onTheWire(server, get('/'));
    expect(await told(1)).toEqual({ '5xx': 1 });
    await comes(() => changesOf(undefined, at(silent)), { timeouts: 1 });
    expect(timesIn(at(silent))).toBe(0);
  });

  test('as broken where the connection broke before an answer, or in the middle of one', async () => {
    const rude = await origin((socket) => void socket.destroy());
    const cut = await origin((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'));
    const first = counting([rude]);
    await onTheWire(first.server, get('/'));
    expect(await first.told(1)).toEqual({ '5xx': 1 });
    await comes(() => changesOf(undefined, first.at(rude)), { broken: 1 });
    const second = counting([cut]);
    await onTheWire(second.server, get('/'));
    // The client got no whole answer, though one had begun.
    expect(await second.told(1)).toEqual({ clientLeft: 1 });
    await comes(() => changesOf(undefined, second.at(cut)), { broken: 1 });
    expect(timesIn(second.at(cut))).toBe(1);
  });

  test('as the client’s doing where that left first', async () => {
    const asked = Promise.withResolvers<void>();
    const slow = await origin(() => asked.resolve());
    const { server, at, told } = counting([slow]);
    const client = connect(await portOf(server), '127.0.0.1');
    client.write(get('/'));
    await asked.promise;
    client.destroy();
    expect(await told(1)).toEqual({ clientLeft: 1 });
    await comes(() => changesOf(undefined, at(slow)), { clientLeft: 1 });
  });
});

test('a request that goes on elsewhere is a retry away from where it failed, two picks, and one exchange', async () => {
  const [dead, well] = [deadOrigin(), await origin(ok)];
  const { server, at, told } = counting([dead, well]);
  await onTheWire(server, get('/'));
  expect(await told(1)).toEqual({ '2xx': 1 });
  expect([at(dead), at(well)].map(({ retriesAway }) => retriesAway)).toEqual([1, 0]);
  expect([at(dead), at(well)].map(({ picks }) => picks[0])).toEqual([1, 1]);
});

test('picks count by the policy in use, and a client’s that sticks to its origin do too', async () => {
  const [one, other] = [await origin(ok), await origin(ok)];
  const { server, at } = counting([one, other], { sticky: 'lb', flags: ['--policy=first'] });
  const cookie = new Stickiness('lb', secret).cookieFor(other.id, false).split(';')[0];
  await onTheWire(server, get('/'));
  await onTheWire(server, get('/', `Cookie: ${cookie}`));
  const number = Object.keys(policies).indexOf('first');
  const picks = (count: number) => Array.from({ length: 16 }, (_, index) => (index === number ? count : 0));
  expect([at(one).picks, at(other).picks]).toEqual([picks(1), picks(1)]);
});
