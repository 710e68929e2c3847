import { expect, test } from '@jest/globals';
import { LeakWatch } from '../../../src/brain/health/leaks.ts';
import { ownLedger } from '../../ledger.ts';

/** A watch over a ledger, what it has told, and so many looks of it. */
function watching() {
  const ledger = ownLedger();
  const counts = {
    connect: (count: number) => ledger.connect(count),
    tunnel: (count: number) => ledger.tunnel(count),
    get running() {
      return ledger.enter(0);
    },
    get waiting() {
      return ledger.waiting;
    },
  };
  const notes: string[] = [];
  const watch = new LeakWatch(counts, (message) => notes.push(message));
  const look = (times: number) => {
    for (let time = 0; time < times; time += 1) watch.look();
  };
  return { ledger, notes, watch, look };
}

test('requests that count as running while no client is connected are told once, and counted', () => {
  const { ledger, notes, watch, look } = watching();
  ledger.enter(2);
  look(20);
  expect(notes).toEqual([
    expect.stringMatching(/no client is connected, but 2 requests are counted as running, 0 as waiting, and 0 WebSockets/),
  ]);
  expect(watch.found).toBe(2);
});

test.each([
  ['waiting', (ledger: ReturnType<typeof ownLedger>) => ledger.wait(1)],
  ['open WebSockets', (ledger: ReturnType<typeof ownLedger>) => ledger.tunnel(1)],
])('so are those that count as %s', (_as, leak) => {
  const { ledger, notes, watch, look } = watching();
  leak(ledger);
  look(20);
  expect([notes.length, watch.found]).toEqual([1, 1]);
});

test('what runs while clients are connected is theirs, and what they leave behind for a moment is nothing', () => {
  const { ledger, notes, watch, look } = watching();
  ledger.connect(1);
  ledger.enter(1);
  look(20);
  ledger.connect(-1);
  look(4);
  ledger.enter(-1);
  look(20);
  ledger.enter(1);
  look(4);
  expect([notes, watch.found]).toEqual([[], 0]);
});

test('clients that come and go in between don’t make an old leak a new one, but one more is', () => {
  const { ledger, notes, watch, look } = watching();
  ledger.enter(1);
  look(5);
  ledger.connect(1);
  ledger.enter(2);
  look(20);
  ledger.enter(-2);
  ledger.connect(-1);
  look(20);
  expect([notes.length, watch.found]).toEqual([1, 1]);
  ledger.enter(1);
  look(20);
  expect([notes.length, watch.found]).toEqual([2, 2]);
});

test('a leak that has gone, and comes again, is told again', () => {
  const { ledger, notes, watch, look } = watching();
  for (const time of [1, 2]) {
    ledger.enter(1);
    look(5);
    ledger.enter(-1);
    look(1);
    expect([notes.length, watch.found]).toEqual([time, time]);
  }
});
