import { describe, expect, test } from '@jest/globals';
import { duration, durations, fineClock, percent, rate } from '../../../src/admin/dashboard/figures.ts';
import { shortNames } from '../../../src/admin/dashboard/names.ts';
import { faultInWords } from '../../../src/admin/dashboard/origins/fault-words.ts';
import { sourceInWords } from '../../../src/admin/dashboard/origins/source-words.ts';
import { shapeOf } from '../../../src/admin/dashboard/origins/states.ts';
import { answerOf, outcomeOf } from '../../../src/admin/dashboard/outcome.ts';
import { loadInWords, stackOf } from '../../../src/admin/dashboard/picture/stack.ts';
import { Shares, shareInWords } from '../../../src/admin/dashboard/shares.ts';
import { orderOf } from '../../../src/admin/dashboard/traffic/order.ts';
import { trafficInWords } from '../../../src/admin/dashboard/traffic/words.ts';

test.each([
  [null, '–'],
  [0.4231, '0.42 ms'],
  [8.149, '8.1 ms'],
  [123.4, '123 ms'],
  [1250, '1.25 s'],
])('%d ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('several times say their unit once, where it is one', () => {
  expect(durations([1.1, 24, 240.2])).toBe('1.1 · 24 · 240 ms');
  expect(durations([1.1, 2400, null])).toBe('1.1 ms · 2.4 s · –');
});

test('rates and shares have as many places as help', () => {
  expect([rate(0), rate(0.42), rate(23.4), rate(12_345)]).toEqual(['0', '0.4', '23', '12,345']);
  expect([percent(0.25), percent(0.2493)]).toEqual(['25 %', '24.9 %']);
  expect(fineClock(new Date(2026, 0, 1, 9, 8, 7, 45).getTime())).toBe('09:08:07.045');
});

test('names go without the port where the hosts tell them apart', () => {
  expect([...shortNames(['origin-1:8081', 'origin-2:8082']).values()]).toEqual(['origin-1', 'origin-2']);
  expect([...shortNames(['localhost:8081', 'localhost:8082']).values()]).toEqual(['localhost:8081', 'localhost:8082']);
});

describe('what an origin has to do', () => {
  test('is a stack of what it works on, with what queues there hollow on top', () => {
    expect(stackOf(0, 0)).toEqual([]);
    expect(stackOf(3, 0)).toEqual(['full', 'full', 'full']);
    expect(stackOf(5, 3)).toEqual(['full', 'full', 'queued', 'queued', 'queued']);
  });

  test('has twelve blocks at the most, and no more hollow ones than there are in flight', () => {
    expect(stackOf(40, 4)).toEqual([...Array(8).fill('full'), ...Array(4).fill('queued')]);
    expect(stackOf(2, 9)).toEqual(['queued', 'queued']);
  });

  test('is told in words, the queue only where there is one', () => {
    expect([loadInWords(1, 0), loadInWords(1500, 1200)]).toEqual(['1 in flight', '1,500 in flight, 1,200 queue there']);
  });
});

describe('shares', () => {
  test('are of the last ten seconds, not of all time', () => {
    const shares = new Shares();
    shares.note(0, new Map(Object.entries({ a: 1000, b: 0 })));
    shares.note(1000, new Map(Object.entries({ a: 1001, b: 3 })));
    expect([shares.of('a'), shares.of('b')]).toEqual([0.25, 0.75]);
    shares.note(12_000, new Map(Object.entries({ a: 1002, b: 3 })));
    expect(shares.of('a')).toBeUndefined();
  });

  test('are nothing where nobody was picked', () => {
    const shares = new Shares();
    expect(shares.of('a')).toBeUndefined();
    shares.note(0, new Map([['a', 5]]));
    expect(shares.of('a')).toBeUndefined();
  });

  test('count a newcomer from when it came', () => {
    const shares = new Shares();
    shares.note(0, new Map([['a', 5]]));
    shares.note(1000, new Map(Object.entries({ a: 10, b: 100 })));
    expect(shares.of('a')).toBe(1);
  });

  test('stand beside what they should be', () => {
    expect(shareInWords(0.3123, 0.25)).toBe('31.2\u00a0%, expected\u00a025\u00a0%');
    expect(shareInWords(undefined, 1 / 3)).toBe('expected\u00a033.3\u00a0%');
  });
});

test('a fault is told in words, with the time it has left', () => {
  const fault = { latencyMs: 500, jitterMs: 0, errorRate: 0.5, hangRate: 0, capacity: null, queue: 0 };
  expect(faultInWords({ fault, endsAt: '2026-01-01T00:01:38.000Z' }, Date.parse('2026-01-01T00:00:00Z'))).toBe(
    '500 ms slower, 50 % fail, for 98 s more',
  );
  expect(faultInWords({ fault: null }, 0)).toBe('no fault');
  expect(faultInWords({ fault: { capacity: 2, queue: 3 } }, 0)).toBe('serves 2 at a time, queues 3');
});

test('where an origin comes from is told unless it is the configuration', () => {
  expect((['file', 'hand', 'deploy'] as const).map(sourceInWords)).toEqual(['', 'by hand', 'by a deploy']);
});

test('every state has a shape of its own', () => {
  const states = ['starting', 'ready', 'down', 'ejected', 'draining', 'drained'] as const;
  expect(new Set(states.map(shapeOf)).size).toBe(states.length);
});

test('a 5xx and no whole answer are failures, a 404 is an answer', () => {
  const of = (status: number | null, ms: number | null) => `${outcomeOf({ status, ms })}: ${answerOf({ status, ms })}`;
  expect([of(200, 1), of(404, 1), of(503, 1), of(null, 1), of(null, null)]).toEqual([
    ...['answered: 200', 'answered: 404', 'failed: 503', 'failed: no whole answer', 'running: running'],
  ]);
});

describe('an order of traffic', () => {
  const wish = {
    kind: 'rate',
    rate: '20',
    seconds: '60',
    burst: '50',
    clients: '4',
    seed: '',
    small: '1',
    upload: '',
    download: '0',
  } as const;

  test('asks for a rate or a burst, never both, and leaves out what was left empty', () => {
    expect(orderOf(wish)).toEqual({ rate: 20, seconds: 60, clients: 4, mix: { small: 1, download: 0 } });
    expect(orderOf({ ...wish, kind: 'burst', small: '', download: '', seed: '7' })).toEqual({ burst: 50, clients: 4, seed: 7 });
  });

  test('is told while it runs and when it is done', () => {
    const order = { rate: 20, seconds: 60, clients: 4, mix: { small: 1, upload: 0, download: 0 }, seed: 1 };
    const status = { isRunning: true, order, sent: 1234, answered: 1230, failed: 4, endsAt: 12_000 };
    expect(trafficInWords(status, 0)).toBe('Running: 1,234 sent, 1,230 answered, 4 failed, 12 s left.');
    expect(trafficInWords({ ...status, isRunning: false, endsAt: null }, 0)).toBe('Done: 1,234 sent, 1,230 answered, 4 failed.');
    expect(trafficInWords({ ...status, isRunning: false, order: null }, 0)).toBe('No traffic yet.');
  });
});
