/** Threads that one ledger has room for: 64 that serve, and the main one. */
const mostThreads = 65;

/** Origins that one ledger has room for, those that are about to leave included. */
export const mostOrigins = 4096;

/** Looks at a lock that is held, before the thread pauses. */
const spins = 1000;

/** Bytes of a cell: one number. */
const cell = 8;

/**
 * What the ledger holds of each origin, a cell each. Whole numbers that several threads change are changed with Atomics; the
 * others only by whoever holds the lock, or by the one thread that is named.
 *
 * | field | what | unit | written by |
 * | --- | --- | --- | --- |
 * | inFlight | attempts under way | attempts | every thread, with Atomics |
 * | lastTurn | the number of its last turn in the rotation | turns | whoever holds the lock |
 * | credit | its credit in the smooth rotation | weight | whoever holds the lock |
 * | latency | peak EWMA when it was last observed | ms | whoever holds the lock |
 * | latencyAt | when that was | ms since the epoch | whoever holds the lock |
 * | leasedAt | when an attempt there last began | ms since the epoch | every thread: the latest write stays |
 * | heardAt | when it last answered a request | ms since the epoch | every thread: the latest write stays |
 * | lost | connections to it that failed in a row | connections | every thread, with Atomics |
 * | doubted | 1 while something counts against its health | 0 or 1 | the main thread |
 * | held | attempts of each thread, to be given back if that dies | attempts | that thread |
 */
const fields = ['inFlight', 'lastTurn', 'credit', 'latency', 'latencyAt', 'leasedAt', 'heardAt', 'lost', 'doubted'] as const;
const place = Object.fromEntries(fields.map((name, index) => [name, index])) as Record<(typeof fields)[number], number>;
const recordCells = fields.length + mostThreads;

/**
 * What the ledger holds once.
 *
 * | field | what | written by |
 * | --- | --- | --- |
 * | lock | 0, or 1 + the number of the thread that holds it | every thread, with Atomics |
 * | turn | turns that the rotation has made | whoever holds the lock |
 * | inside | exchanges that have a place | every thread, with Atomics |
 * | waiting | exchanges that wait for one | every thread, with Atomics |
 * | clients | connections from clients | every thread, with Atomics |
 * | freed | places that were given back while somebody waited | every thread, with Atomics |
 * | insideBy, waitingBy, clientsBy | how much of those counts is each thread's, to be given back if it dies | that thread |
 */
const heads = ['inside', 'waiting', 'clients', 'lock', 'turn', 'freed'] as const;
const head = Object.fromEntries(heads.map((name, index) => [name, index])) as Record<(typeof heads)[number], number>;
const tallies = [head.inside, head.waiting, head.clients];
const headCells = heads.length + tallies.length * mostThreads;

/** Makes the memory of a ledger, to be handed to every thread. */
export function ledgerMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer((headCells + mostOrigins * recordCells) * cell);
}

/**
 * The figures that all threads share: one truth, in shared memory, of what is in flight where, whose turn it is and how fast each
 * origin is. A thread alone uses it in just the same way.
 */
export class Ledger {
  /** The number of the thread that this view belongs to, from 0. */
  readonly thread: number;
  readonly #whole: Int32Array;
  readonly #real: Float64Array;

  constructor(memory: SharedArrayBuffer, thread: number) {
    this.thread = thread;
    this.#whole = new Int32Array(memory);
    this.#real = new Float64Array(memory);
  }

  /** The figures of the origin in a slot, from 0. */
  figuresIn(slot: number): Figures {
    return new Figures(this.#whole, this.#real, headCells + slot * recordCells, this.thread);
  }

  /** Does something that no other thread may do at the same time. It must be short, and neither wait nor throw away the lock. */
  exclusively<Result>(work: () => Result): Result {
    for (let tries = 1; Atomics.compareExchange(this.#whole, head.lock * 2, 0, this.thread + 1) !== 0; tries += 1) {
      if (tries % spins === 0) this.#pause();
    }
    try {
      return work();
    } finally {
      Atomics.store(this.#whole, head.lock * 2, 0);
    }
  }

  /** Counts a turn of the rotation; returns its number. To be called by whoever holds the lock. */
  nextTurn(): number {
    const turn = (this.#real[head.turn] ?? 0) + 1;
    this.#real[head.turn] = turn;
    return turn;
  }

  /** Turns that the rotation has made. */
  get turns(): number {
    return this.#real[head.turn] ?? 0;
  }

  /** Counts exchanges of this thread in (or out, below 0); returns how many there are now in all threads. */
  enter(count: number): number {
    return this.#count(head.inside, count);
  }

  /** Counts exchanges of this thread that wait in (or out, below 0); returns how many there are now in all threads. */
  wait(count: number): number {
    return this.#count(head.waiting, count);
  }

  /** Counts connections from this thread's clients in (or out, below 0); returns how many there are now in all threads. */
  connect(count: number): number {
    return this.#count(head.clients, count);
  }

  /** Exchanges that wait, in all threads. */
  get waiting(): number {
    return Atomics.load(this.#whole, head.waiting * 2);
  }

  /** Says that a place was given back, to all threads. */
  announcePlace(): void {
    Atomics.add(this.#whole, head.freed * 2, 1);
    Atomics.notify(this.#whole, head.freed * 2);
  }

  /** How often a place was announced. */
  get announced(): number {
    return Atomics.load(this.#whole, head.freed * 2);
  }

  /** Resolves when a place is announced, or was since `announced` was so much. */
  async nextPlace(announced: number): Promise<void> {
    await Atomics.waitAsync(this.#whole, head.freed * 2, announced).value;
  }

  /** Gives back all that a dead thread held, but for its leases: see Figures.reclaim. */
  reclaim(thread: number): void {
    Atomics.compareExchange(this.#whole, head.lock * 2, thread + 1, 0);
    for (const tally of tallies) {
      const own = ownOf(tally, thread);
      Atomics.sub(this.#whole, tally * 2, this.#whole[own] ?? 0);
      this.#whole[own] = 0;
    }
    this.announcePlace();
  }

  #count(tally: number, count: number): number {
    const own = ownOf(tally, this.thread);
    this.#whole[own] = (this.#whole[own] ?? 0) + count;
    return Atomics.add(this.#whole, tally * 2, count) + count;
  }

  /** Who holds the lock for longer than a few microseconds was put aside by the system, and needs the processor. */
  #pause(): void {
    Atomics.wait(this.#whole, head.lock * 2, Atomics.load(this.#whole, head.lock * 2), 0.05);
  }
}

/** Where a thread's own part of a tally is. */
function ownOf(tally: number, thread: number): number {
  return (heads.length + tally * mostThreads + thread) * 2;
}

/** The figures of one origin in the ledger. */
export class Figures {
  readonly #whole: Int32Array;
  readonly #real: Float64Array;
  readonly #at: number;
  readonly #held: number;

  constructor(whole: Int32Array, real: Float64Array, at: number, thread: number) {
    this.#whole = whole;
    this.#real = real;
    this.#at = at;
    this.#held = (at + fields.length + thread) * 2;
  }

  /** Attempts under way, in all threads. */
  get inFlight(): number {
    return Atomics.load(this.#whole, (this.#at + place.inFlight) * 2);
  }

  /** Counts attempts of this thread in (or out, below 0); returns how many there are now in all threads. */
  count(attempts: number): number {
    this.#whole[this.#held] = (this.#whole[this.#held] ?? 0) + attempts;
    return Atomics.add(this.#whole, (this.#at + place.inFlight) * 2, attempts) + attempts;
  }

  /** Gives back the attempts of a thread that has died. */
  reclaim(thread: number): void {
    const held = (this.#at + fields.length + thread) * 2;
    Atomics.sub(this.#whole, (this.#at + place.inFlight) * 2, this.#whole[held] ?? 0);
    this.#whole[held] = 0;
  }

  get last(): number {
    return this.#read(place.lastTurn);
  }

  set last(turn: number) {
    this.#write(place.lastTurn, turn);
  }

  get credit(): number {
    return this.#read(place.credit);
  }

  set credit(weight: number) {
    this.#write(place.credit, weight);
  }

  get latency(): number {
    return this.#read(place.latency);
  }

  set latency(ms: number) {
    this.#write(place.latency, ms);
  }

  get latencyAt(): number {
    return this.#read(place.latencyAt);
  }

  set latencyAt(ms: number) {
    this.#write(place.latencyAt, ms);
  }

  get leasedAt(): number {
    return this.#read(place.leasedAt);
  }

  set leasedAt(ms: number) {
    this.#write(place.leasedAt, ms);
  }

  get heardAt(): number {
    return this.#read(place.heardAt);
  }

  set heardAt(ms: number) {
    this.#write(place.heardAt, ms);
  }

  /** Connections that failed in a row, in whatever thread. */
  get lost(): number {
    return Atomics.load(this.#whole, (this.#at + place.lost) * 2);
  }

  /** Takes in that a connection failed. */
  lose(): void {
    Atomics.add(this.#whole, (this.#at + place.lost) * 2, 1);
  }

  /** Takes in that a connection held, or a probe was good. */
  regain(): void {
    if (this.lost > 0) Atomics.store(this.#whole, (this.#at + place.lost) * 2, 0);
  }

  get isDoubted(): boolean {
    return this.#read(place.doubted) === 1;
  }

  set isDoubted(doubted: boolean) {
    this.#write(place.doubted, doubted ? 1 : 0);
  }

  /** Forgets everything, for the next origin that gets the slot. */
  clear(): void {
    this.#real.fill(0, this.#at, this.#at + recordCells);
  }

  #read(field: number): number {
    return this.#real[this.#at + field] ?? 0;
  }

  #write(field: number, value: number): void {
    this.#real[this.#at + field] = value;
  }
}
