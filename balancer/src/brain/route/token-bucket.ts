/** What a bucket may have. */
export interface Flow {
  /** Tokens a second. */
  readonly rate: number;
  /** The most tokens. */
  readonly burst: number;
}

/** What rounding may make of a time, as a part of it. */
const rounding = 2 ** -50;

/**
 * A token bucket as one number: the time at which it will be full, or when it was full at last. It has room for `burst` tokens, gets
 * `rate` of them a second, and each request takes one. One that is full needs no memory. The time is counted in tokens that have come
 * since a begin, so that taking one adds exactly 1. Source: the virtual scheduling algorithm of GCRA, where this number is the theoretical
 * arrival time (ITU-T I.371, annex A); what it lets in is what the buckets of RFC 2697 §3 do.
 */
export type FullAt = number;

/** How long a request must wait for a token, in ms; 0 where there is one. The time is in ms since the begin. */
export function waitFor(fullAt: FullAt, time: number, { rate, burst }: Flow): number {
  const wait = fullAt - (time * rate) / 1000 - (burst - 1);
  return wait > fullAt * rounding ? (wait / rate) * 1000 : 0;
}

/** When a bucket will be full after a token was taken, which there must have been. The time is in ms since the begin. */
export function withoutToken(fullAt: FullAt, time: number, { rate }: Flow): FullAt {
  return Math.max(fullAt, (time * rate) / 1000) + 1;
}
