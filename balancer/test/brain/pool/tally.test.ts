import { expect, test } from '@jest/globals';
import { bucketOf } from '../../../src/brain/pool/histogram.ts';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { classOf, outcomes } from '../../../src/brain/pool/tally.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';

const nothing = Object.fromEntries(outcomes.map((name) => [name, 0]));

test('what threads count of an origin is added up, and is nobody else’s', () => {
  const memory = ledgerMemory(2);
  const [one, other, main] = [0, 1, 2].map((thread) => new Ledger(memory, thread, waits)) as [Ledger, Ledger, Ledger];
  for (const ledger of [one, other]) {
    const tally = ledger.tallyIn(3);
    tally.picked(0);
    tally.picked(9);
    tally.ended('2xx');
    tally.leftBehind();
    tally.took(2);
  }
  one.tallyIn(3).ended('timeouts');
  one.exchanges().ended('5xx');
  const sum = main.sumIn(3);
  expect(sum.picks).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
  expect(sum).toMatchObject({ outcomes: { ...nothing, '2xx': 2, timeouts: 1 }, retriesAway: 2, ms: 4 });
  expect(sum.histogram[bucketOf(2)]).toBe(2);
  expect(main.sumIn().outcomes).toEqual({ ...nothing, '5xx': 1 });
  for (const slot of [2, 4]) expect(main.sumIn(slot)).toMatchObject({ outcomes: nothing, retriesAway: 0, ms: 0 });
});

test('good and bad answers are added up, of one origin and of all', () => {
  const memory = ledgerMemory(2);
  const [one, other] = [new Ledger(memory, 0, waits), new Ledger(memory, 1, waits)];
  for (const tally of [one.tallyIn(3), one.exchanges(), other.tallyIn(3), other.exchanges(), other.exchanges()]) tally.judged('good');
  for (const tally of [one.tallyIn(3), one.exchanges()]) tally.judged('bad');
  expect([one.answersIn(3), one.answersIn(2), one.answersIn()]).toEqual([
    { good: 2, bad: 1 },
    { good: 0, bad: 0 },
    { good: 3, bad: 1 },
  ]);
  one.clear(3);
  expect(one.answersIn(3)).toEqual({ good: 0, bad: 0 });
});

test('a thread that serves nobody changes nobody’s counts', () => {
  const memory = ledgerMemory(2);
  const main = new Ledger(memory, 2, waits);
  main.tallyIn(0).ended('2xx');
  main.exchanges().ended('2xx');
  expect([main.sumIn(0), main.sumIn(1), main.sumIn()].map(({ outcomes: { '2xx': count } }) => count)).toEqual([0, 0, 0]);
});

test('a slot that is cleared has nothing of any thread left, and its neighbours have everything', () => {
  const memory = ledgerMemory(2);
  const [one, other] = [new Ledger(memory, 0, waits), new Ledger(memory, 1, waits)];
  for (const slot of [0, 1, 2]) for (const ledger of [one, other]) ledger.tallyIn(slot).ended('2xx');
  one.figuresIn(1).count(1);
  one.clear(1);
  expect([0, 1, 2].map((slot) => one.sumIn(slot).outcomes['2xx'])).toEqual([2, 0, 2]);
  expect(one.figuresIn(1).inFlight).toBe(0);
});

test('a status has a class', () => {
  expect([101, 204, 302, 404, 503, 599].map(classOf)).toEqual(['1xx', '2xx', '3xx', '4xx', '5xx', '5xx']);
  // What no standard knows is the origin's mistake.
  expect(classOf(999)).toBe('5xx');
});
