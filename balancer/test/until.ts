import { setImmediate as turn } from 'node:timers/promises';

/** The longest wait where nothing else is said, in ms. */
const usual = 20_000;

/** Resolves once something holds; rejects with what is shown instead if it takes too long. */
export async function until(holds: () => boolean, shown: () => unknown, deadline = usual): Promise<void> {
  const end = performance.now() + deadline;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`it did not come; last seen: ${JSON.stringify(shown())}`);
    await turn();
  }
}

/** Looks again and again; resolves with what is seen once it is right, rejects if that takes too long. */
export async function seen<Sight>(look: () => Promise<Sight>, isRight: (sight: Sight) => boolean): Promise<Sight> {
  const end = performance.now() + usual;
  for (;;) {
    const sight = await look();
    if (isRight(sight)) return sight;
    if (performance.now() > end) throw new Error(`it did not come; last seen: ${JSON.stringify(sight)}`);
    await turn();
  }
}
