import type { Fault } from './fault.ts';

/** What becomes of a request. */
export type Fate = 'answer' | 'fail' | 'hang' | 'reset';

/** Draws what becomes of a request, in one draw, so that the shares of the fault are shares of all requests. */
export function drawFate({ resetRate, hangRate, errorRate }: Fault, random: () => number): Fate {
  const lot = random();
  if (lot < resetRate) return 'reset';
  if (lot < resetRate + hangRate) return 'hang';
  return lot < resetRate + hangRate + errorRate ? 'fail' : 'answer';
}

/** Draws how long a request waits, in ms; never less than nothing. */
export function drawDelay({ latencyMs, jitterMs }: Fault, random: () => number): number {
  return jitterMs === 0 ? latencyMs : Math.max(0, latencyMs + (2 * random() - 1) * jitterMs);
}
