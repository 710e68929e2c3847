import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { layOutRateTable, rateTableBytes } from '../../src/brain/route/rate-table.ts';
import type { RateLimit } from '../../src/brain/route/route.ts';
import type { TakerEnd, TakerStart } from './taker.ts';

/** Lets four real threads take as many tokens as they get at the same time; how many those were of each key. */
async function taken(limit: RateLimit, keys: number, time: number): Promise<number[]> {
  const memory = layOutRateTable(new SharedArrayBuffer(rateTableBytes(limit)), limit, Math.random, 0);
  const ends = await Promise.all(
    Array.from({ length: 4 }, async (_, thread) => {
      const workerData: TakerStart = { memory, thread, keys, time };
      const worker = new Worker(new URL('taker.ts', import.meta.url), { workerData });
      return (await once(worker, 'message'))[0] as TakerEnd;
    }),
  );
  return Array.from({ length: keys }, (_, key) => ends.reduce((sum, end) => sum + (end[key] ?? 0), 0));
}

test('four threads together are let in exactly as often as the burst and the rate allow', async () => {
  expect(await taken({ rate: 2000, burst: 50 }, 1, 5000)).toEqual([50 + 2 * 5000]);
});

test('four threads together are let in so often for each of many keys', async () => {
  const limit: RateLimit = { rate: 300, burst: 5, key: { from: 'client' } };
  expect(await taken(limit, 20, 1000)).toEqual(Array(20).fill(5 + 300));
});
