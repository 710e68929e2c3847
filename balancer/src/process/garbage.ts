import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object young, in all threads. Left to itself it learns by the place in the code which objects live long, and makes
 * those old from the start (allocation site pretenuring). But at many a place objects of connections are made, which live long, and
 * objects of requests as well. One that is made old keeps all that it knows of its request until the next full garbage collection,
 * though that ended long ago. Measured with 64 clients: a sixth of a request's CPU time, a third of a refusal's, and 70 MB.
 */
export function makeAllYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * Has V8 leave its room for young objects at the 1 MiB that it begins with, in all threads. What is loaded at the start is young for a moment
 * only, and would make that room grow: 8 MB that nobody needs until there is traffic.
 */
export function keepYoungSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Has V8 let that room grow again with what requests need, as it does by itself: to twice its size each time. Before
 * the end it must be kept small again: what was compiled is kept for those starts only that have the same flags as the end.
 */
export function letYoungGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
