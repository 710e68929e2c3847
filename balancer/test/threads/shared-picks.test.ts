import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { Ledger } from '../../src/brain/pool/ledger.ts';
import { MainRoster } from '../../src/brain/pool/main-roster.ts';
import { ledgerMemory, waits } from '../../src/threads/memory.ts';
import { originAt } from '../origins.ts';
import type { PickerEnd, PickerStart } from './picker.ts';

const threads = 4;
const each = 20_000;

/** Lets real threads pick at the same time; what each of them found, and what is in flight at the end. */
async function picked(policy: string, held: number) {
  const memory = ledgerMemory();
  const roster = new MainRoster([1, 2, 3, 4].map(originAt), new Ledger(memory, threads, waits), () => 0);
  const ends = await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const workerData: PickerStart = { ...{ memory, thread, policy, held, picks: each, seed: thread }, roster: roster.snapshot() };
      const worker = new Worker(new URL('picker.ts', import.meta.url), { workerData });
      return (await once(worker, 'message'))[0] as PickerEnd;
    }),
  );
  const totals = roster.members.map(({ origin: { id } }) => ends.reduce((sum, end) => sum + (end.picks[id] ?? 0), 0));
  return { totals, spread: Math.max(...ends.map((end) => end.spread)), left: roster.members.map(({ inFlight }) => inFlight) };
}

test('round robin over four threads gives each origin exactly its share', async () => {
  const { totals, left } = await picked('round-robin', 10);
  expect(totals).toEqual(Array(4).fill((threads * each) / 4));
  expect(left).toEqual([0, 0, 0, 0]);
});

test('least requests over four threads never lets two origins differ by more in flight than there are threads', async () => {
  const { totals, spread, left } = await picked('least-requests', 0);
  expect(totals.reduce((sum, total) => sum + total)).toBe(threads * each);
  expect(spread).toBeLessThanOrEqual(threads);
  expect(left).toEqual([0, 0, 0, 0]);
});

test('nothing stays in flight, whatever is given back when', async () => {
  const { totals, left } = await picked('two-choices', 50);
  expect(totals.reduce((sum, total) => sum + total)).toBe(threads * each);
  expect(left).toEqual([0, 0, 0, 0]);
});
