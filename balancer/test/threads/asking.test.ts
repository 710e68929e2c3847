import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { ExchangeBrief } from '../../src/brain/story/brief.ts';
import type { Answers } from '../../src/brain/story/desk.ts';
import type { DecisionReport } from '../../src/brain/story/report.ts';
import { Asking } from '../../src/threads/asking.ts';

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** Threads that answer each question with what they know; one that knows how to die does that, and one that is mute says nothing. */
function threadsOf(asking: Asking, ...known: unknown[]): Worker[] {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    let woken = false;
    parentPort.on('message', ({ number, wake }) => {
      if (wake) woken = true;
      if (workerData === 'dies') process.exit();
      if (workerData === 'wakes' && !woken) return;
      if (workerData !== 'mute') parentPort.postMessage({ number, answer: workerData });
    });
  `;
  return known.map((workerData) => {
    const worker = new Worker(code, { eval: true, workerData });
    worker.on('message', ({ number, answer }) => asking.hear(worker, number, answer));
    worker.once('exit', () => asking.gone(worker));
    workers.push(worker);
    return worker;
  });
}

const brief = (id: string, at: number) => ({ id, at }) as ExchangeBrief;
const ids = (briefs: readonly ExchangeBrief[]) => briefs.map(({ id }) => id);

test('a list is of all threads, the latest first, and no longer than it was asked to be', async () => {
  const asking = new Asking();
  const two = threadsOf(asking, [brief('d', 4), brief('a', 1)], [brief('c', 3), brief('b', 2)]);
  const listed = (limit: number) => asking.ask(two, { about: 'list', query: { limit } });
  expect(ids(await listed(10))).toEqual(['d', 'c', 'b', 'a']);
  expect(ids(await listed(3))).toEqual(['d', 'c', 'b']);
});

test('news are of all threads, and what was unseen anywhere counts', async () => {
  const asking = new Asking();
  const two = threadsOf(asking, { exchanges: [brief('a', 1)], unseen: 2 }, { exchanges: [brief('b', 2)], unseen: 3 });
  expect(await asking.ask(two, { about: 'news' })).toEqual({ exchanges: [brief('a', 1), brief('b', 2)], unseen: 5 });
});

test('one exchange is known to the thread that served it; where a proxy gave its id to two, the later one is meant', async () => {
  const asking = new Asking();
  const [none, earlier, later] = threadsOf(asking, undefined, brief('same', 1), brief('same', 2)) as [Worker, Worker, Worker];
  const one = (...asked: Worker[]): Promise<DecisionReport | undefined> => asking.ask(asked, { about: 'one', id: 'same' });
  expect(await one(none)).toBeUndefined();
  expect(await one(none, earlier)).toMatchObject({ at: 1 });
  expect(await one(earlier, later)).toMatchObject({ at: 2 });
  expect(await one(later, earlier)).toMatchObject({ at: 2 });
});

test('questions that are asked at the same time get an answer each', async () => {
  const asking = new Asking();
  const [one, other] = threadsOf(asking, [brief('a', 1)], [brief('b', 2)]) as [Worker, Worker];
  const listed = (worker: Worker) => asking.ask([worker], { about: 'list', query: { limit: 1 } });
  expect((await Promise.all([listed(one), listed(other), listed(one)])).map(ids)).toEqual([['a'], ['b'], ['a']]);
});

test('a thread that ends before it answers knows nothing, and the others are heard all the same', async () => {
  const asking = new Asking();
  const [dying, mute, well] = threadsOf(asking, 'dies', 'mute', { exchanges: [brief('a', 1)], unseen: 1 }) as [Worker, Worker, Worker];
  let answered: Answers['news'] | undefined;
  const answer = asking.ask([dying, mute, well], { about: 'news' }).then((news) => {
    answered = news;
  });
  await once(dying, 'exit');
  // Whoever is asked last has answered what came before.
  await asking.ask([well], { about: 'nothing' });
  expect(answered).toBeUndefined();
  await mute.terminate();
  await answer;
  expect(answered).toEqual({ exchanges: [brief('a', 1)], unseen: 1 });
});

test('nobody waits for ever for a thread that hangs: it knows nothing and is asked no more until it answers, and both are told', async () => {
  const told: [Worker, boolean][] = [];
  const asking = new Asking((worker, isSilent) => told.push([worker, isSilent]), 2000);
  const [hung, well] = threadsOf(asking, 'wakes', [brief('a', 1)]) as [Worker, Worker];
  const listed = async () => ids(await asking.ask([hung, well], { about: 'list', query: { limit: 9 } }));
  expect(await Promise.all([listed(), listed()])).toEqual([['a'], ['a']]);
  expect([told, asking.isSilent(hung), asking.isSilent(well)]).toEqual([[[hung, true]], true, false]);
  const asked = jest.spyOn(hung, 'postMessage');
  expect(await listed()).toEqual(['a']);
  expect(asked).not.toHaveBeenCalled();
  hung.postMessage({ wake: true, number: 1 });
  await once(hung, 'message');
  expect([told.length, told[1], asking.isSilent(hung)]).toEqual([2, [hung, false], false]);
});
