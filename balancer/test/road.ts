import { afterAll, afterEach, describe, test } from '@jest/globals';
import type { Origin } from '../src/brain/select/origin.ts';
import { ownRoad } from './roads/one-thread.ts';
import type { RoadOptions, TestRoad } from './roads/road.ts';
import { overTls } from './roads/tls-flags.ts';
import { crewRoad } from './roads/two-threads.ts';

export { type RoadOptions, secret, type TestRoad } from './roads/road.ts';

/** How many threads the roads of these tests have: one, or two where `THREADS=2` says so. */
export const threads = process.env['THREADS'] === '2' ? 2 : 1;

/** Builds a road with a pool of its own. */
export function roadOver(origins: readonly Origin[], options: RoadOptions = {}): TestRoad {
  return threads === 1 ? ownRoad(origins, options) : crewRoad(origins, options);
}

/** `test`, where roads have one thread; with more the test is skipped, and this says why. */
export function testOfOneThread(why: string): typeof test | typeof test.skip {
  if (threads === 1) return test;
  process.stdout.write(`skipped over ${threads} threads: ${why}\n`);
  return test.skip;
}

/**
 * `test.concurrent`, for tests that wait for long. Over more threads `test`: roads at the same time need threads of their own each,
 * which take longer to start than the tests wait, and roads one after the other can share them.
 */
export const testAtOnce: typeof test.concurrent = threads === 1 ? test.concurrent : test;

/** When what such a test has opened can be closed. */
export const afterThose = threads === 1 ? afterAll : afterEach;

/** `test`, where roads are come to in plain text; over TLS the test is skipped, and this says why. */
export function testInPlain(why: string): typeof test | typeof test.skip {
  if (!overTls) return test;
  process.stdout.write(`skipped over TLS: ${why}\n`);
  return test.skip;
}

/** `describe`, in the same way. */
export function describeInPlain(why: string): typeof describe | typeof describe.skip {
  if (!overTls) return describe;
  process.stdout.write(`skipped over TLS: ${why}\n`);
  return describe.skip;
}
