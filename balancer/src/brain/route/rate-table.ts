import { Lock, type Pause } from '../lock.ts';
import { hash } from '../select/hash.ts';
import type { RateLimit } from './route.ts';
import { type Flow, waitFor, withoutToken } from './token-bucket.ts';

/**
 * For how many buckets a table has room: so many sets of so many each, since a bucket can only be in the set that its key hashes to. A limit
 * without a key has one bucket; for those that are not full of one with a key there is room for 16,384.
 */
const sizeFor = ({ key }: RateLimit) => (key ? { sets: 2048, ways: 8 } : { sets: 1, ways: 1 });

/** Bytes of a cell: a 64-bit number, or two of 32 bits. */
const cell = 8;

/**
 * What the table holds once.
 *
 * | field | what | written by |
 * | --- | --- | --- |
 * | lock | 0, or 1 + the number of the thread that holds it | every thread, with Atomics |
 * | since | the time from which times are counted, in ms, so that they are small and exact | whoever made it |
 * | rate, burst | the limit that it was made for | whoever made it |
 * | sets, ways | the size that it was made for | whoever made it |
 * | seeds | the two of the hash, of 32 bits each | whoever made it |
 */
const head = { lock: 0, since: 1, rate: 2, burst: 3, sets: 4, ways: 5, seeds: 6 } as const;
const headCells = 7;
/** Cells of a bucket: the 64-bit hash of its key, and when it is full again. */
const bucketCells = 2;

/** The bytes of memory that the table of a limit needs: 256 KiB if that has a key. Where several threads use it, it must be shared memory. */
export function rateTableBytes(limit: RateLimit): number {
  const { sets, ways } = sizeFor(limit);
  return (headCells + sets * ways * bucketCells) * cell;
}

/** Makes empty memory of so many bytes a limit's table in which all buckets are full, and returns it. `random` seeds the hash; `now` is the time in ms. */
export function layOutRateTable<Memory extends ArrayBufferLike>(
  memory: Memory,
  limit: RateLimit,
  random: () => number,
  now: number,
): Memory {
  const { rate, burst } = limit;
  const { sets, ways } = sizeFor(limit);
  const real = new Float64Array(memory);
  for (const [name, value] of Object.entries({ since: now, rate, burst, sets, ways })) real[head[name as keyof typeof head]] = value;
  const whole = new Int32Array(memory);
  for (const at of [head.seeds * 2, head.seeds * 2 + 1]) whole[at] = Math.floor(random() * 2 ** 32);
  return memory;
}

/**
 * The token buckets of a route, one for each key, which all threads share, so that they let in together exactly what is allowed. Buckets
 * that are full are forgotten; where there is no room for another, the one is that would be full next.
 */
export class RateTable {
  readonly #whole: Int32Array;
  readonly #real: Float64Array;
  readonly #lock: Lock;
  readonly #since: number;
  readonly #flow: Flow;
  readonly #sets: number;
  readonly #ways: number;

  /** A thread's view of a memory that was laid out. `pause` is needed where other threads have views of it. */
  constructor(memory: ArrayBufferLike, thread: number, pause?: Pause) {
    this.#whole = new Int32Array(memory);
    this.#real = new Float64Array(memory);
    this.#lock = new Lock(this.#whole, head.lock * 2, thread, pause);
    const headed = (name: keyof typeof head) => this.#real[head[name]] ?? 0;
    this.#since = headed('since');
    this.#flow = { rate: headed('rate'), burst: headed('burst') };
    this.#sets = headed('sets');
    this.#ways = headed('ways');
  }

  /**
   * Takes a token out of a key's bucket, and returns 0; where it is empty, the whole seconds after which to come again, at least 1. `now`
   * is in ms, on a clock that all threads share. Without a key in the limit, the key must be the same for all.
   */
  take(key: string, now: number): number {
    const one = hash(key, this.#whole[head.seeds * 2] ?? 0) | 0;
    const other = hash(key, this.#whole[head.seeds * 2 + 1] ?? 0) | 0;
    return this.#lock.exclusively(() => this.#takeFrom(one, other, now - this.#since));
  }

  /** Frees the lock where a thread died that held it. */
  reclaim(thread: number): void {
    this.#lock.reclaim(thread);
  }

  #takeFrom(one: number, other: number, time: number): number {
    const at = this.#bucketOf(one, other);
    const fullAt = this.#isAt(at, one, other) ? (this.#real[at + 1] ?? 0) : 0;
    const wait = waitFor(fullAt, time, this.#flow);
    if (wait > 0) return Math.ceil(wait / 1000);
    this.#whole[at * 2] = one;
    this.#whole[at * 2 + 1] = other;
    this.#real[at + 1] = withoutToken(fullAt, time, this.#flow);
    return 0;
  }

  /** Where the bucket of a key is; if it is nowhere, where it goes: in the place of the one that is full the soonest, or has been for the longest. */
  #bucketOf(one: number, other: number): number {
    const begin = headCells + ((one >>> 0) % this.#sets) * this.#ways * bucketCells;
    const end = begin + this.#ways * bucketCells;
    let fullest = begin;
    for (let at = begin; at < end; at += bucketCells) {
      if (this.#isAt(at, one, other)) return at;
      if ((this.#real[at + 1] ?? 0) < (this.#real[fullest + 1] ?? 0)) fullest = at;
    }
    return fullest;
  }

  #isAt(at: number, one: number, other: number): boolean {
    return this.#whole[at * 2] === one && this.#whole[at * 2 + 1] === other;
  }
}
