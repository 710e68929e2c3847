import { Lock, neverHeld, type Pause } from '../lock.ts';
import { cell, Figures, recordCells } from './figures.ts';
import {
  type HandshakeEnd,
  handshakeEnds,
  handshakesAt,
  head,
  headCells,
  linesLostAt,
  mostThreads,
  ownOf,
  spansLostAt,
  spansSentAt,
  tallies,
} from './ledger-head.ts';
import { Shares, shareCells } from './shares.ts';
import { type Answers, answersOf, picksOf, sumOf, Tally, type TallySum, tallyCells } from './tally.ts';

/** Origins that the balancer's ledger has room for, those that are about to leave included. */
export const mostOrigins = 4096;

/** For how many serving threads and how many origins at a time a ledger has room. */
export interface LedgerSize {
  readonly threads: number;
  readonly origins: number;
}

/** Where the tallies begin: behind the figures, for each origin one of each serving thread; the last ones count whole exchanges. */
const tallyBegin = (origins: number) => headCells + recordCells(origins);

/** Where the shares begin, in bytes: behind the tallies. */
const sharesBegin = ({ threads, origins }: LedgerSize) => (tallyBegin(origins) + (origins + 1) * threads * tallyCells) * cell;

/** What clients have shares of, in the order in which these lie in the memory. */
const shared = ['requests', 'connections', 'tunnels'] as const;

function sharesIn(memory: ArrayBufferLike, size: LedgerSize, kind: (typeof shared)[number]): Int32Array {
  const cells = shareCells(size.threads);
  return new Int32Array(memory, sharesBegin(size) + shared.indexOf(kind) * cells * 4, cells);
}

/** The bytes of memory that a ledger of that size needs. Where several threads use it, it must be shared memory. */
export function ledgerBytes(size: LedgerSize): number {
  return sharesBegin(size) + shared.length * shareCells(size.threads) * 4;
}

/** Makes empty memory of so many bytes a ledger, and returns it. `random` seeds what makes it hard to choose an address that counts together with another. */
export function layOut<Memory extends ArrayBufferLike>(memory: Memory, size: LedgerSize, random: () => number): Memory {
  const cells = new Float64Array(memory);
  cells[head.threads] = size.threads;
  cells[head.origins] = size.origins;
  for (const kind of shared) Shares.seed(sharesIn(memory, size, kind), Math.floor(random() * 2 ** 32));
  return memory;
}

/** How threads wait for each other. */
export interface Waits {
  /** Waits a moment for whoever holds the lock. */
  readonly pause: Pause;
  /** Calls back once the cell is not, or no longer, what it was, and whoever changed it has said so. */
  whenChanged(cells: Int32Array, at: number, from: number, told: () => void): void;
}

/** What a thread does that has no others to wait for: nothing but this thread could give a place back. */
const alone: Waits = { pause: neverHeld, whenChanged: () => {} };

/**
 * The figures that all threads share: one truth, in shared memory, of what is in flight where, whose turn it is and how fast each
 * origin is. A thread alone uses it in just the same way.
 */
export class Ledger {
  /** The number of the thread that this view belongs to, from 0. */
  readonly thread: number;
  /** How many requests of each client are under way. */
  readonly requests: Shares;
  /** How many connections each client has. */
  readonly shares: Shares;
  /** How many WebSockets each client has. */
  readonly tunnels: Shares;
  readonly #whole: Int32Array;
  readonly #real: Float64Array;
  readonly #size: LedgerSize;
  readonly #waits: Waits;
  readonly #lock: Lock;

  /** A thread's view of a memory that was laid out. `waits` is needed where other threads have views of it. */
  constructor(memory: ArrayBufferLike, thread: number, waits = alone) {
    this.thread = thread;
    this.#whole = new Int32Array(memory);
    this.#real = new Float64Array(memory);
    this.#waits = waits;
    this.#lock = new Lock(this.#whole, head.lock * 2, thread, waits.pause);
    this.#size = { threads: this.#real[head.threads] ?? 0, origins: this.#real[head.origins] ?? 0 };
    this.requests = new Shares(sharesIn(memory, this.#size, 'requests'), thread);
    this.shares = new Shares(sharesIn(memory, this.#size, 'connections'), thread);
    this.tunnels = new Shares(sharesIn(memory, this.#size, 'tunnels'), thread);
  }

  /** Origins that there is room for, those that are about to leave included. */
  get slots(): number {
    return this.#size.origins;
  }

  /** The figures of the origin in a slot, from 0. */
  figuresIn(slot: number): Figures {
    return new Figures(this.#whole, this.#real, { slot, origins: this.slots }, this.thread);
  }

  /** Where this thread counts what it does at the origin in a slot; one that serves nobody counts nothing that anybody sees. */
  tallyIn(slot: number): Tally {
    if (this.thread >= this.#size.threads) return new Tally(new Float64Array(tallyCells), 0);
    return new Tally(this.#real, this.#tallyAt(slot, this.thread));
  }

  /** Where this thread counts whole exchanges. */
  exchanges(): Tally {
    return this.tallyIn(this.slots);
  }

  /** What all threads have counted at the origin in a slot; of whole exchanges without one. */
  sumIn(slot = this.slots): TallySum {
    return sumOf(this.#real, this.#talliesIn(slot));
  }

  /** Picks of the origin in a slot, by whatever policy, in all threads. */
  picksIn(slot: number): number {
    return picksOf(this.#real, this.#talliesIn(slot));
  }

  /** Good and bad answers of the origin in a slot, in all threads; without one, of all origins together. */
  answersIn(slot = this.slots): Answers {
    return answersOf(this.#real, this.#talliesIn(slot));
  }

  /** Forgets everything about a slot, for the next origin that gets it. */
  clear(slot: number): void {
    this.figuresIn(slot).clear();
    this.#real.fill(0, this.#tallyAt(slot, 0), this.#tallyAt(slot + 1, 0));
  }

  /**
   * Does something that no other thread may do at the same time. It must be short, and neither wait nor throw away the lock. Throws
   * where this thread does so already, since it would wait for itself.
   */
  exclusively<Result>(work: () => Result): Result {
    return this.#lock.exclusively(work);
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

  /** Counts an attempt that begins. To be called by whoever holds the lock. */
  begin(): void {
    this.#real[head.begun] = this.begun + 1;
  }

  /** Attempts that have begun. */
  get begun(): number {
    return this.#real[head.begun] ?? 0;
  }

  /** Origins to which connections failed as often in a row as puts one out. */
  get lostOrigins(): number {
    return Atomics.load(this.#whole, head.lost * 2);
  }

  /** Says that an origin stands otherwise than before. */
  revise(): void {
    Atomics.add(this.#whole, head.revision * 2, 1);
  }

  /** Another number after each change of how origins stand. */
  get revision(): number {
    return Atomics.load(this.#whole, head.revision * 2);
  }

  /** Counts lines of the log that this thread could not write. */
  loseLines(count: number): void {
    this.#countOwn(linesLostAt, count);
  }

  /** Lines of the log that all threads together could not write. */
  get linesLost(): number {
    return this.#ofAll(linesLostAt);
  }

  /** Counts spans of this thread's exchanges that a collector took. */
  spansSent(count: number): void {
    this.#countOwn(spansSentAt, count);
  }

  /** Counts spans of this thread's exchanges that were lost. */
  spansLost(count: number): void {
    this.#countOwn(spansLostAt, count);
  }

  /** Spans of all threads, by what became of them. */
  get spans(): { readonly sent: number; readonly lost: number } {
    return { sent: this.#ofAll(spansSentAt), lost: this.#ofAll(spansLostAt) };
  }

  /** Counts a TLS handshake with a client of this thread, by how it ended. */
  handshake(end: HandshakeEnd): void {
    this.#countOwn(handshakesAt(end, 0), 1);
  }

  /** TLS handshakes of all threads, by how they ended. */
  get handshakes(): Readonly<Record<HandshakeEnd, number>> {
    return Object.fromEntries(handshakeEnds.map((end) => [end, this.#ofAll(handshakesAt(end, 0))])) as Record<HandshakeEnd, number>;
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

  /** Counts clients of which this thread has exchanges that wait in (or out, below 0); returns how many there are now, over all threads. */
  queue(count: number): number {
    return this.#count(head.queues, count);
  }

  /** Counts exchanges of this thread that are WebSockets in (or out, below 0); returns how many there are now in all threads. */
  tunnel(count: number): number {
    return this.#count(head.tunnels, count);
  }

  /** Exchanges that wait, in all threads. */
  get waiting(): number {
    return Atomics.load(this.#whole, head.waiting * 2);
  }

  /** When a pause is over by itself, in ms on the threads' clock; 0 where there is none. */
  get pausedUntil(): number {
    return this.#real[head.pausedUntil] ?? 0;
  }

  /** Has nobody get a place in any thread until then, or until it is set again; with 0, from now on whoever waits does. */
  set pausedUntil(ms: number) {
    this.#real[head.pausedUntil] = ms;
    if (ms === 0) this.announcePlace();
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

  /** Calls back when a place is announced, or at once if one was since `announced` was so much; but not before this has returned. */
  whenPlace(announced: number, told: () => void): void {
    this.#waits.whenChanged(this.#whole, head.freed * 2, announced, told);
  }

  /** Gives back all that a dead thread held, but for its leases: see Figures.reclaim. */
  reclaim(thread: number): void {
    this.#lock.reclaim(thread);
    for (const tally of tallies) {
      const own = ownOf(tally, thread);
      Atomics.sub(this.#whole, tally * 2, this.#whole[own] ?? 0);
      this.#whole[own] = 0;
    }
    if (thread < this.#size.threads) for (const shares of [this.requests, this.shares, this.tunnels]) shares.reclaim(thread);
    this.announcePlace();
  }

  /** Counts in this thread's own cell, of as many as there are threads. */
  #countOwn(begin: number, count: number): void {
    const at = begin + this.thread;
    this.#real[at] = (this.#real[at] ?? 0) + count;
  }

  /** What all threads have counted in such cells. */
  #ofAll(begin: number): number {
    return this.#real.subarray(begin, begin + mostThreads).reduce((sum, count) => sum + count, 0);
  }

  #talliesIn(slot: number): number[] {
    return Array.from({ length: this.#size.threads }, (_, thread) => this.#tallyAt(slot, thread));
  }

  #tallyAt(slot: number, thread: number): number {
    const { threads, origins } = this.#size;
    return tallyBegin(origins) + (slot * threads + thread) * tallyCells;
  }

  #count(tally: number, count: number): number {
    const own = ownOf(tally, this.thread);
    this.#whole[own] = (this.#whole[own] ?? 0) + count;
    return Atomics.add(this.#whole, tally * 2, count) + count;
  }
}
