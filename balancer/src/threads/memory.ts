import { layOut, ledgerBytes, mostOrigins, type Waits } from '../brain/pool/ledger.ts';

/**
 * Makes the memory of a ledger for so many serving threads, to be handed to every thread: a pool's, or, without origins, one for what is
 * the whole balancer's. Pages that nobody uses take no room.
 */
export function ledgerMemory(threads = 1, origins = mostOrigins): SharedArrayBuffer {
  const size = { threads, origins };
  return layOut(new SharedArrayBuffer(ledgerBytes(size)), size, Math.random);
}

/** How real threads wait for each other. */
export const waits: Waits = {
  // Who holds the lock for longer than a few microseconds was put aside by the system, and needs the processor.
  pause: (cells, at) => void Atomics.wait(cells, at, Atomics.load(cells, at), 0.05),
  whenChanged: (cells, at, from, told) => {
    const { async, value } = Atomics.waitAsync(cells, at, from);
    if (async) void value.then(told);
    else queueMicrotask(told);
  },
};
