import type { World } from './world.ts';

/** Makes a function that has work done soon, and once for all calls until then: for what follows from many changes that come together. */
export function soonOnce(soon: World['soon'], work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    soon(() => {
      isDue = false;
      work();
    });
  };
}
