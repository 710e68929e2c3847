import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/** The longest wait where nothing else is said, in ms: only what never comes is late, however many others the machine works for. */
const usual = 60_000;

/** What comes at once is seen at once; who waits longer leaves the processor to what it waits for. In ms. */
const shortly = 5;

function nextLook(begun: number): Promise<unknown> {
  return performance.now() - begun < shortly ? turn() : pause(2);
}

/** Resolves once something holds; rejects with what is shown instead if it takes too long. */
export async function until(holds: () => boolean, shown: () => unknown, deadline = usual): Promise<void> {
  const begun = performance.now();
  while (!holds()) {
    if (performance.now() > begun + deadline) throw new Error(`it did not come; last seen: ${JSON.stringify(shown())}`);
    await nextLook(begun);
  }
}

/** Looks again and again; resolves with what is seen once it is right, rejects if that takes too long. */
export async function seen<Sight>(look: () => Promise<Sight>, isRight: (sight: Sight) => boolean): Promise<Sight> {
  const begun = performance.now();
  for (;;) {
    const sight = await look();
    if (isRight(sight)) return sight;
    if (performance.now() > begun + usual) throw new Error(`it did not come; last seen: ${JSON.stringify(sight)}`);
    await nextLook(begun);
  }
}
