/** @jest-environment node */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Verdict } from '../../src/trace/collector.ts';
import { Outbox } from '../../src/trace/outbox.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** An outbox whose collector does as the test says, and what came of its spans. */
function outboxTo(send: (spans: string, most: number) => Promise<Verdict>) {
  const counts = { taken: 0, lost: 0 };
  const whys = new Set<string>();
  const outbox = new Outbox({
    send,
    world: {
      ...{ now: () => Date.now(), random: () => 0.5 },
      after: (ms, work) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
      },
    },
    taken: (count) => {
      counts.taken += count;
    },
    lost: (count, why) => {
      counts.lost += count;
      whys.add(why);
    },
  });
  return { outbox, counts, whys };
}

const taken: Verdict = { kind: 'taken', rejected: 0, why: '' };

test('spans go together once a second has passed', async () => {
  const sent: string[] = [];
  const { outbox, counts } = outboxTo(async (spans) => {
    sent.push(spans);
    return taken;
  });
  outbox.put('a,b', 2);
  outbox.put('c', 1);
  await jest.advanceTimersByTimeAsync(999);
  expect(sent).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['a,b,c']);
  expect(counts).toEqual({ taken: 3, lost: 0 });
});

test('or at once when they are many', async () => {
  const sent: number[] = [];
  const { outbox } = outboxTo(async (spans) => {
    sent.push(spans.split(',').length);
    return taken;
  });
  for (let n = 0; n < 513; n += 1) outbox.put('s', 1);
  await jest.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([512]);
});

test('a collector that never answers holds no more than what may wait; what comes on top is lost, and counted', async () => {
  const { outbox, counts, whys } = outboxTo(() => new Promise(() => {}));
  for (let n = 0; n < 10_000; n += 1) outbox.put('s', 1);
  expect(counts.lost).toBe(10_000 - 4096);
  expect([...whys]).toEqual(['it does not take them as fast as they come']);
});

test('who says that it can’t take them now is asked again, after the time that it names', async () => {
  const times: number[] = [];
  const { outbox, counts } = outboxTo(async () => {
    times.push(Date.now());
    return times.length < 3 ? { kind: 'again', why: 'it answered 503', after: times.length === 1 ? 7000 : undefined } : taken;
  });
  outbox.put('s', 1);
  await jest.advanceTimersByTimeAsync(30_000);
  const [first = 0, second = 0, third = 0] = times;
  expect([second - first, third - second]).toEqual([7000, 2000]);
  expect(counts).toEqual({ taken: 1, lost: 0 });
});

test('after five times spans are lost', async () => {
  let tries = 0;
  const { outbox, counts } = outboxTo(async () => {
    tries += 1;
    return { kind: 'again', why: 'ECONNREFUSED' };
  });
  outbox.put('s', 4);
  await jest.advanceTimersByTimeAsync(120_000);
  expect({ tries, ...counts }).toEqual({ tries: 5, taken: 0, lost: 4 });
});

test('what is refused is not sent again, and what of it is rejected is counted', async () => {
  const verdicts: Verdict[] = [
    { kind: 'refused', why: 'it answered 400' },
    { kind: 'taken', rejected: 1, why: 'it rejected them' },
  ];
  const { outbox, counts } = outboxTo(async () => verdicts.shift() ?? taken);
  outbox.put('a', 2);
  await jest.advanceTimersByTimeAsync(1000);
  outbox.put('b', 3);
  await jest.advanceTimersByTimeAsync(1000);
  expect(counts).toEqual({ taken: 2, lost: 3 });
});

test('a stop sends what there is, and gives up in time', async () => {
  const { outbox, counts } = outboxTo(async () => taken);
  outbox.put('s', 1);
  await outbox.stop(1000);
  expect(counts).toEqual({ taken: 1, lost: 0 });

  const deaf = outboxTo(() => new Promise(() => {}));
  deaf.outbox.put('s', 1);
  const stopped = deaf.outbox.stop(1000);
  await jest.advanceTimersByTimeAsync(1000);
  await stopped;
  expect(deaf.counts).toEqual({ taken: 0, lost: 1 });
});
