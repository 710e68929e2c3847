import { networkOf } from '../network.ts';

/** What clients are spread over: two of them share one with a chance of 1 in 4,096, and then count as one. */
const buckets = 4096;

/** How many times as much as is free one client may have, where no number is set. */
const greed = 8;

/** The room that one kind of share takes in the ledger for so many threads, in 32-bit integers: the seed of the hash, and a row for each thread. */
export function shareCells(threads: number): number {
  return 2 + threads * buckets;
}

/** The most that one client may have at a time: a number; or its fair share, which depends on how much is free. */
export type ShareLimit = number | 'fair';

/**
 * How much of something each client has, in all threads: requests under way, or connections. Clients are told apart by their
 * address; those of one IPv6 /64 are one client, since one line gets that much at least (RFC 6177 §2). Each thread writes a row of
 * its own, and whoever wants to know adds the rows up.
 */
export class Shares {
  readonly #cells: Int32Array;
  readonly #row: number;
  readonly #rows: number;
  #latestAddress = '';
  #latestBucket = 0;

  constructor(cells: Int32Array, thread: number) {
    this.#cells = cells;
    this.#rows = (cells.length - 2) / buckets;
    this.#row = rowOf(Math.min(thread, this.#rows - 1));
  }

  /** Makes it hard to choose an address that counts together with another; to be called before any other use. */
  static seed(cells: Int32Array, seed: number): void {
    cells[0] = seed;
  }

  /** The number by which the client at an address is counted. */
  bucketOf(address: string): number {
    if (address === this.#latestAddress && address !== '') return this.#latestBucket;
    this.#latestBucket = spread(networkOf(address), this.#cells[0] ?? 0) % buckets;
    this.#latestAddress = address;
    return this.#latestBucket;
  }

  /**
   * Counts one more in for a client, unless it has as much as it may while so much is `free`; says whether it did. A fair share is
   * eight times what is free: one client alone gets eight ninths, two get eight seventeenths each, and some is always left for who
   * comes next (Choudhury and Hahne, "Dynamic Queue Length Thresholds", 1998).
   */
  take(client: number, free: number, limit: ShareLimit): boolean {
    const own = this.of(client);
    if (own >= (limit === 'fair' ? greed * free : limit)) return false;
    Atomics.add(this.#cells, this.#row + client, 1);
    return true;
  }

  /** Counts one out again. */
  give(client: number): void {
    Atomics.sub(this.#cells, this.#row + client, 1);
  }

  /** How much a client has, in all threads. */
  of(client: number): number {
    let sum = 0;
    for (let row = 0; row < this.#rows; row += 1) sum += this.#cells[rowOf(row) + client] ?? 0;
    return sum;
  }

  /** Forgets what a dead thread had counted. */
  reclaim(thread: number): void {
    this.#cells.fill(0, rowOf(thread), rowOf(thread + 1));
  }
}

function rowOf(thread: number): number {
  return 2 + thread * buckets;
}

/** A hash: FNV-1a, with its bits mixed at the end by MurmurHash3's finalizer. */
function spread(text: string, seed: number): number {
  let state = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
