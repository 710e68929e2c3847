import type { World } from './world.ts';

/**
 * Makes a function that puts work on each thing off to the end of this turn of the event loop, when it is done on all of them, one after the
 * other, in the order in which they came.
 */
export function together<Thing>(soon: World['soon'], work: (thing: Thing) => void): (thing: Thing) => void {
  let waiting: Thing[] = [];
  const workOnAll = () => {
    const things = waiting;
    waiting = [];
    for (const thing of things) work(thing);
  };
  return (thing) => {
    if (waiting.push(thing) === 1) soon(workOnAll);
  };
}
