import { describe, expect, test } from '@jest/globals';
import { layOutRateTable, RateTable, rateTableBytes } from '../../../src/brain/route/rate-table.ts';
import type { RateLimit } from '../../../src/brain/route/route.ts';
import { seeded } from '../../../src/brain/seeded.ts';

const begin = 1_800_000_000_000;

const eachClient = { key: { from: 'client' } } as const;

function memoryFor(limit: RateLimit): SharedArrayBuffer {
  return layOutRateTable(new SharedArrayBuffer(rateTableBytes(limit)), limit, seeded(3), begin);
}

const tableFor = (limit: RateLimit) => new RateTable(memoryFor(limit), 0);

/** How many requests of a key a table lets in at a time, in ms since the begin, until it lets in no more. */
function letIn(table: RateTable, at: number, key = ''): number {
  let count = 0;
  while (count < 1_000_000 && table.take(key, begin + at) === 0) count += 1;
  return count;
}

describe('a token bucket', () => {
  test('lets in as many at once as it has room for, and then as many as its rate brings', () => {
    const table = tableFor({ rate: 100, burst: 200 });
    expect([0, 9.9, 10, 1010, 1_000_000].map((at) => letIn(table, at))).toEqual([200, 0, 1, 100, 200]);
  });

  test.each([
    { rate: 3, burst: 5 },
    { rate: 7, burst: 2 },
    { rate: 0.1, burst: 2 },
    { rate: 1000, burst: 10 },
    { rate: 12_345, burst: 50 },
    { rate: 100_000, burst: 10_000 },
  ])('lets in exactly its burst and what its rate brings in a while of steady demand, after a year: %j', (limit) => {
    const table = tableFor(limit);
    const step = Math.max(1, Math.min(100, 1000 / limit.rate));
    const steps = 1000;
    const year = 365 * 24 * 3_600_000;
    let count = 0;
    for (let i = 0; i <= steps; i += 1) count += letIn(table, year + i * step);
    expect(count).toBe(Math.floor(limit.burst + (limit.rate * steps * step) / 1000 + 1e-3));
  });

  test('says in how many whole seconds to come again, one at least, and who comes then is let in', () => {
    const table = tableFor({ rate: 0.4, burst: 1 });
    const times = [0, 0, 1500, 2499, 2500, 2500];
    expect(times.map((at) => table.take('', begin + at))).toEqual([0, 3, 1, 1, 0, 3]);
  });

  test('takes no token from who is not let in', () => {
    const table = tableFor({ rate: 1, burst: 1 });
    expect([0, 100, 200, 300, 999, 1000].map((at) => letIn(table, at))).toEqual([1, 0, 0, 0, 0, 1]);
  });

  test('is not confused by a clock that another thread has read a moment earlier', () => {
    const table = tableFor({ rate: 10, burst: 1 });
    expect([100, 99, 99, 200].map((at) => letIn(table, at))).toEqual([1, 0, 0, 1]);
  });
});

describe('a table', () => {
  test('of a limit without a key is one bucket, and takes next to no memory', () => {
    const limit = { rate: 1, burst: 3 };
    expect(rateTableBytes(limit)).toBeLessThan(100);
    expect(letIn(tableFor(limit), 0)).toBe(3);
  });

  test('has a bucket for each key, whatever the others do', () => {
    const table = tableFor({ rate: 5, burst: 2, ...eachClient });
    const keys = Array.from({ length: 3000 }, (_, i) => `client ${i}`);
    for (const [at, count] of [
      [0, 2],
      [100, 0],
      [200, 1],
    ] as const) {
      expect(new Set(keys.map((key) => letIn(table, at, key)))).toEqual(new Set([count]));
    }
  });

  test('that is full gives up the bucket that is full the soonest, and remembers the others', () => {
    const table = tableFor({ rate: 0.001, burst: 4, ...eachClient });
    for (let i = 0; i < 20_000; i += 1) letIn(table, 0, `greedy ${i}`);
    for (let i = 0; i < 20_000; i += 1) table.take(`modest ${i}`, begin);
    for (let i = 0; i < 20_000; i += 1) table.take(`modest too ${i}`, begin);
    const forgotten = Array.from({ length: 20_000 }, (_, i) => table.take(`greedy ${i}`, begin)).filter((wait) => wait === 0).length;
    expect([forgotten > 20_000 - 16_384, forgotten < 20_000 - 16_384 + 2048 * 2]).toEqual([true, true]);
  });

  test('gives up full buckets first, so that clients who come now and then take nothing from a greedy one', () => {
    const table = tableFor({ rate: 1, burst: 1, ...eachClient });
    const lucky: number[] = [];
    for (let at = 0; at < 30_000; at += 1) {
      table.take(`client ${at}`, begin + at);
      if (letIn(table, at, 'greedy') > 0) lucky.push(at);
    }
    expect(lucky).toEqual(Array.from({ length: 30 }, (_, second) => second * 1000));
  });

  test('frees the lock of a thread that died with it, and of no other', () => {
    const memory = memoryFor({ rate: 1, burst: 1 });
    new Int32Array(memory)[0] = 2;
    const table = new RateTable(memory, 0);
    table.reclaim(2);
    expect(() => table.take('', begin)).toThrow('another thread holds the lock');
    table.reclaim(1);
    expect(table.take('', begin)).toBe(0);
  });
});
