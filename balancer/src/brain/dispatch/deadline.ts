import type { Exchange } from '../exchange/exchange.ts';

/** A request's time for all its attempts together was over before an origin's answer began. */
export class OutOfTime extends Error {}

/** Why a request is not tried (again) then, in a few words. */
export const outOfTime = 'its time for all attempts together was over (--total-timeout)';

/** How long one origin may take until its answer begins, in ms. */
interface Patience {
  /** For a connection. */
  readonly connect: number;
  /** For the response headers. */
  readonly response: number;
}

/**
 * Until when the head of a request's answer must have begun, on the pool's clock: `total` ms from its arrival, or from the last byte
 * of a body that is kept. A body that is streamed may take as long as it moves, and its request is never sent twice; so there is
 * no such time for it.
 */
export function deadlineOf(
  { startedAt, keptAt = startedAt, isStreamed }: Pick<Exchange, 'startedAt' | 'keptAt' | 'isStreamed'>,
  total: number,
): number {
  return isStreamed ? Number.POSITIVE_INFINITY : keptAt + total;
}

/**
 * In how many ms an attempt that begins at `at` must be cut, so that the deadline is kept; nothing where what one origin may take
 * is over before. With the defaults no first attempt needs a timer.
 */
export function cutAfter(deadline: number, at: number, { connect, response }: Patience): number | undefined {
  const left = deadline - at;
  return left < connect + response ? Math.max(0, Math.ceil(left)) : undefined;
}
