/** The share of its weight that an origin begins with. */
const least = 0.1;

/**
 * The part of its weight that an origin has while it warms up, from 0.1 to 1: in proportion to the time since it came back
 * (Envoy's slow start with aggression 1). Both times in ms; a window of 0 is no slow start.
 */
export function warmth(elapsed: number, window: number): number {
  return window > elapsed ? Math.max(least, elapsed / window) : 1;
}
