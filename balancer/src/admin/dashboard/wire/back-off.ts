/** The first wait, and the longest, in ms. */
const first = 500;
const longest = 10_000;

/**
 * How long to wait before the next attempt to connect, in ms: twice as long each time, and never all pages at once, since
 * `random` in [0, 1) takes up to half of it away.
 */
export function backOff(failures: number, random: number): number {
  const wait = Math.min(longest, first * 2 ** Math.min(failures, 10));
  return Math.round(wait * (1 - random / 2));
}
