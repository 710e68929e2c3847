import type { World } from '../brain/world.ts';

const { timeOrigin } = performance;

/** The real world. Its clock is the same in all threads, and nothing that is only due keeps the process alive. */
export const world: World = {
  now: () => timeOrigin + performance.now(),
  random: Math.random,
  after: (ms, work) => {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
  soon: (work) => void setImmediate(work),
};
