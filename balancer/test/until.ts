import { setImmediate as turn } from 'node:timers/promises';

/** The longest wait, in ms. */
const deadline = 5000;

/** Resolves once something holds; rejects with what is shown instead if it takes too long. */
export async function until(holds: () => boolean, shown: () => unknown): Promise<void> {
  const end = performance.now() + deadline;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it did not come; last seen: ${JSON.stringify(shown())}`);
    await turn();
  }
}
