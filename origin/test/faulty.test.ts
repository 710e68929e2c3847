/** @jest-environment node */
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { until } from '../../balancer/test/until.ts';
import { readFault } from '../src/fault.ts';
import { Faults } from '../src/faulty.ts';
import { RunningOrigin } from './running.ts';

let origin: RunningOrigin;
/** What is drawn next; 0 when nothing is left. */
let lots: number[];

beforeEach(async () => {
  lots = [];
  origin = await RunningOrigin.start({ random: () => lots.shift() ?? 0 });
});
afterEach(async () => {
  jest.useRealTimers();
  await origin.close();
});

/** Has time stand still but for sockets. */
function stopTime(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
}

const statusOf = async (response: Promise<Response>) => (await response).status;

test('waits as long as the fault says, then answers as ever', async () => {
  stopTime();
  await origin.break({ latencyMs: 30_000 });
  let isAnswered = false;
  const response = origin.fetch('/').finally(() => {
    isAnswered = true;
  });
  await origin.arrived(1);
  jest.advanceTimersByTime(29_999);
  await origin.load();
  expect(isAnswered).toBe(false);
  jest.advanceTimersByTime(1);
  expect(await (await response).text()).toBe(`origin server response :${origin.port}`);
});

test('fails its share of the requests with the status that was chosen', async () => {
  await origin.break({ errorRate: 0.5, status: 418 });
  lots = [0.4, 0.6];
  const failed = await origin.fetch('/');
  expect([failed.status, await failed.text()]).toEqual([418, `418 I'm a Teapot: the origin server :${origin.port} was told to fail\n`]);
  expect(await statusOf(origin.fetch('/'))).toBe(200);
});

test('resets the connections of its share of the requests', async () => {
  await origin.break({ resetRate: 1 });
  const client = origin.connect();
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [error] = await once(client, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  await until(
    () => client.destroyed,
    () => origin.lines,
  );
});

test('lets its share of the requests hang until the fault is taken away', async () => {
  await origin.break({ hangRate: 1 });
  const hanging = origin.fetch('/');
  await origin.arrived(1);
  expect((await origin.load()).inFlight).toBe(1);
  await origin.mend();
  expect(await statusOf(hanging)).toBe(200);
});

test('a fault ends by itself, and who hangs is answered then', async () => {
  stopTime();
  await origin.break({ hangRate: 1, ttlS: 10 });
  const hanging = origin.fetch('/');
  await origin.arrived(1);
  jest.advanceTimersByTime(10_000);
  expect(await statusOf(hanging)).toBe(200);
  expect(await (await origin.fetch('/_origin/fault')).json()).toEqual({ fault: null });
});

test('serves as many as its capacity, queues some, refuses the rest', async () => {
  await origin.break({ hangRate: 1, capacity: 1, queue: 2 });
  const welcome = [origin.fetch('/'), origin.fetch('/'), origin.fetch('/')];
  await origin.arrived(3);
  const refused = await origin.fetch('/');
  expect([refused.status, await refused.text()]).toEqual([
    503,
    `503 Service Unavailable: the origin server :${origin.port} is full: it serves 1 at a time and queues 2\n`,
  ]);
  expect(await (await origin.fetch('/_origin/fault')).json()).toMatchObject({ running: 1, queued: 2 });
  await origin.mend();
  expect(await Promise.all(welcome.map(statusOf))).toEqual([200, 200, 200]);
});

test('who leaves the queue gives its place to another, and who is served makes room for who has waited longest', async () => {
  await origin.break({ hangRate: 1, capacity: 1, queue: 2 });
  const served = new AbortController();
  const impatient = new AbortController();
  const gone = [origin.fetch('/', served), origin.fetch('/', impatient)].map((response) => response.catch(() => 'gone'));
  await origin.arrived(2);
  const patient = origin.fetch('/');
  await origin.arrived(3);
  impatient.abort();
  const queued = async () => (await (await origin.fetch('/_origin/fault')).json()) as { running: number; queued: number };
  while ((await queued()).queued !== 1);
  lots = [1];
  served.abort();
  // It draws 1, and so is not one of those that hang.
  expect(await statusOf(patient)).toBe(200);
  expect(await Promise.all(gone)).toEqual(['gone', 'gone']);
});

test('counts in its load who is served and who queues, not who is refused', async () => {
  await origin.break({ hangRate: 1, capacity: 1, queue: 1 });
  const both = [origin.fetch('/'), origin.fetch('/')];
  await origin.arrived(2);
  expect(await statusOf(origin.fetch('/'))).toBe(503);
  expect(await origin.load()).toEqual({ inFlight: 2, latencyMs: 0 });
  await origin.mend();
  await Promise.all(both);
  expect((await origin.load()).inFlight).toBe(0);
});

test('forgets everything about clients that leave while they wait, on one connection or on many', async () => {
  stopTime();
  await origin.break({ hangRate: 0.5, latencyMs: 60_000, ttlS: 3600 });
  lots = [0, 0.9, 0, 0, 0];
  const client = origin.connect();
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
  const leaving = new AbortController();
  const gone = Promise.allSettled([origin.fetch('/', leaving), origin.fetch('/', leaving)]);
  await origin.arrived(5);
  expect((await origin.load()).inFlight).toBe(5);
  expect(jest.getTimerCount()).toBe(1 + 1); // the fault's own, and one delay
  client.destroy();
  leaving.abort();
  await gone;
  while ((await origin.load()).inFlight > 0);
  expect(await (await origin.fetch('/_origin/fault')).json()).toMatchObject({ running: 0, queued: 0 });
  expect(jest.getTimerCount()).toBe(1);
});

test('answers nobody who left while hanging', () => {
  const reading = readFault({ hangRate: 1 });
  if ('problems' in reading) throw new Error(reading.problems.join());
  const faults = new Faults(
    () => new Date(0),
    () => 0,
    () => {},
  );
  faults.set(reading.fault, 60);
  const answered: string[] = [];
  const [left, stayed] = ['left', 'stayed'].map((name) => {
    const res = new EventEmitter() as ServerResponse;
    faults.suffer(res, () => answered.push(name));
    return res;
  });
  left?.emit('close');
  faults.end();
  expect(answered).toEqual(['stayed']);
  stayed?.emit('close');
});

test('spares health, and everything else of its own, unless told otherwise', async () => {
  await origin.break({ errorRate: 1, resetRate: 0, status: 500 });
  const paths = ['/', '/_origin/health', '/_origin/echo', '/_origin/load', '/_origin/bytes/1'];
  const statuses = () => Promise.all(paths.map((path) => statusOf(origin.fetch(path))));
  expect(await statuses()).toEqual([500, 200, 200, 200, 200]);
  await origin.break({ errorRate: 1, status: 500, spareHealth: false });
  expect(await statuses()).toEqual([500, 500, 200, 200, 200]);
});

test('says in its log what is in force and when that is over', async () => {
  await origin.break({ latencyMs: 5, ttlS: 60 });
  await origin.mend();
  expect(origin.lines).toEqual([
    expect.stringMatching(/^\[origin server\] fault until 1970-01-01T00:01:00.000Z: \{"latencyMs":5,/),
    '[origin server] fault is as usual again',
  ]);
});
