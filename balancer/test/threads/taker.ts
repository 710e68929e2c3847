import { parentPort, workerData } from 'node:worker_threads';
import { RateTable } from '../../src/brain/route/rate-table.ts';
import { waits } from '../../src/threads/memory.ts';

/** What a thread is told that takes tokens. */
export interface TakerStart {
  readonly memory: SharedArrayBuffer;
  readonly thread: number;
  readonly keys: number;
  /** For how long it takes what it gets, in ms of a clock that goes as fast as it can. */
  readonly time: number;
}

/** How many tokens it got of each key. */
export type TakerEnd = readonly number[];

const start = workerData as TakerStart;
const table = new RateTable(start.memory, start.thread, waits.pause);
const got = Array.from({ length: start.keys }, () => 0);
for (let now = 0; now <= start.time; now += 1) {
  for (let key = 0; key < start.keys; key += 1) {
    while (table.take(`key ${key}`, now) === 0) got[key] = (got[key] ?? 0) + 1;
  }
}
parentPort?.postMessage(got satisfies TakerEnd);
