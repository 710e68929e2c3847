import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from '@jest/globals';
import { choose } from '../../../src/brain/dispatch/choose.ts';
import { Ledger } from '../../../src/brain/pool/ledger.ts';
import { first } from '../../../src/brain/select/first.ts';
import type { Origin } from '../../../src/brain/select/origin.ts';
import { prequal } from '../../../src/brain/select/prequal.ts';
import { ledgerMemory, waits } from '../../../src/threads/memory.ts';
import { ownPool } from '../../ledger.ts';
import { originAt } from '../../origins.ts';
import { exchange } from '../story/exchanges.ts';

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** A thread in the middle of a pick, which it comes to the end of a while later; resolves with whether it has. */
async function pickingThread(memory: SharedArrayBuffer): Promise<() => boolean> {
  const steps = new Int32Array(new SharedArrayBuffer(8));
  const code = `
    const { parentPort, workerData: { ledger, memory, steps } } = require('node:worker_threads');
    import(ledger).then(({ Ledger }) =>
      new Ledger(memory, 0).exclusively(() => {
        parentPort.postMessage('picks');
        Atomics.wait(steps, 0, 0, 100);
        Atomics.store(steps, 1, 1);
      }),
    );
  `;
  const ledger = new URL('../../../src/brain/pool/ledger.ts', import.meta.url).href;
  const worker = new Worker(code, { eval: true, workerData: { ledger, memory, steps } });
  workers.push(worker);
  await once(worker, 'message');
  return () => Atomics.load(steps, 1) === 1;
}

test('nobody looks at the figures and picks while another thread does', async () => {
  const memory = ledgerMemory();
  const now = () => 0;
  const pool = ownPool([originAt(1)], { maxConnections: 1, slowStart: 0 }, new Ledger(memory, 1, waits), now);
  const policy = first({ random: () => 0, now });
  const hasPicked = await pickingThread(memory);
  choose(exchange(), { key: '' }, pool, { policy, policyName: 'first', policyNumber: 9 });
  expect(hasPicked()).toBe(true);
});

test('origins are asked for their load once other threads may pick again', () => {
  const now = () => 0;
  const origins = [originAt(1), originAt(2)];
  const pool = ownPool(origins, { maxConnections: 9, slowStart: 0 }, new Ledger(ledgerMemory(), 0, waits), now);
  const asked: string[] = [];
  // Who takes the lock while it holds it gets an error.
  const probe = ({ id }: Origin) => pool.exclusively(() => asked.push(id));
  const policy = prequal({ random: () => 0, now, probe });
  const begun = choose(exchange(), { key: '' }, pool, { policy, policyName: 'prequal', policyNumber: 9 });
  expect(begun?.attempt.origin.id).toBe(originAt(1).id);
  expect(asked).toEqual([originAt(1).id]);
});
