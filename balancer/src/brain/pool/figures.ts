import { head, headCells, mostThreads } from './ledger-head.ts';
import { type State, states } from './standing.ts';

/** Connections that fail in a row, with no success between, until an origin is out. */
export const lostConnections = 2;

/** Bytes of a cell: one number. */
export const cell = 8;

/**
 * What the ledger holds of each origin, a cell each. All origins' cells of a field lie one behind the other, so that whoever looks at one
 * field of many origins reads little memory. Whole numbers that several threads change are changed with Atomics; the
 * others only by whoever holds the lock, or by the one thread that is named.
 *
 * | field | what | unit | written by |
 * | --- | --- | --- | --- |
 * | state | how it stands, and so whether it is ready, and what keeps it from that | place in `states` | the main thread, with Atomics |
 * | since | when that state began | ms since the epoch | the main thread |
 * | worthATry | 1 if it may be tried while nobody is ready | 0 or 1 | the main thread |
 * | weight | its configured share of requests | relative to the others' | the main thread |
 * | effectiveWeight | its share now: less while it warms up | relative to the others' | whoever holds the lock |
 * | backSince | when it came back to where it takes requests; -Infinity if it never was out, or is | ms since the epoch | the main thread |
 * | inFlight | attempts under way | attempts | every thread, with Atomics |
 * | tunnels | those of them that have become tunnels, and take no place | attempts | every thread, with Atomics |
 * | lastTurn | the number of its last turn in the rotation | turns | whoever holds the lock |
 * | credit | its credit in the smooth rotation | weight | whoever holds the lock |
 * | latency | peak EWMA when it was last observed | ms | whoever holds the lock |
 * | latencyAt | when that was | ms since the epoch | whoever holds the lock |
 * | leasedAt | when an attempt there last began | ms since the epoch | every thread: the latest write stays |
 * | heardAt | when it last answered a request | ms since the epoch | every thread: the latest write stays |
 * | lost | connections to it that failed in a row | connections | every thread, with Atomics |
 * | broken | connections on which a request had left that broke in a row | connections | every thread, with Atomics |
 * | doubted | 1 while something counts against its health | 0 or 1 | the main thread |
 * | held, heldTunnels | attempts and tunnels of each thread, to be given back if that dies | attempts | that thread |
 */
const fields = [
  ...(['state', 'since', 'worthATry', 'weight', 'effectiveWeight', 'backSince'] as const),
  ...(['inFlight', 'tunnels', 'lastTurn', 'credit', 'latency', 'latencyAt', 'leasedAt', 'heardAt', 'lost', 'broken', 'doubted'] as const),
];
const place = Object.fromEntries(fields.map((name, index) => [name, index])) as Record<(typeof fields)[number], number>;

/**
 * Cells from one field's to the next one's among so many origins. A cache line more than they need: else all cells of one origin would be
 * wanted in the same few places of a processor's cache.
 */
const strideOf = (origins: number) => origins + 8;

/** Cells of all figures of so many origins. */
export function recordCells(origins: number): number {
  return (fields.length + 2 * mostThreads) * strideOf(origins);
}

/** The figures of one origin in the ledger. */
export class Figures {
  readonly #whole: Int32Array;
  readonly #real: Float64Array;
  /** Where its first cell is, and how far each next one is. */
  readonly #at: number;
  readonly #stride: number;
  /** Where those are that are read most, as whole numbers. */
  readonly #inFlight: number;
  readonly #tunnels: number;
  readonly #lost: number;
  readonly #held: number;
  readonly #heldTunnels: number;

  /** Those of the origin in a slot of a ledger with room for so many, as a thread counts there. */
  constructor(
    whole: Int32Array,
    real: Float64Array,
    { slot, origins }: { readonly slot: number; readonly origins: number },
    thread: number,
  ) {
    this.#whole = whole;
    this.#real = real;
    this.#at = headCells + slot;
    this.#stride = strideOf(origins);
    this.#inFlight = this.#wholeAt(place.inFlight);
    this.#tunnels = this.#wholeAt(place.tunnels);
    this.#lost = this.#wholeAt(place.lost);
    this.#held = this.#heldAt('attempts', thread);
    this.#heldTunnels = this.#heldAt('tunnels', thread);
  }

  get state(): State {
    return states[Atomics.load(this.#whole, this.#wholeAt(place.state))] ?? 'starting';
  }

  set state(state: State) {
    Atomics.store(this.#whole, this.#wholeAt(place.state), states.indexOf(state));
  }

  get since(): number {
    return this.#read(place.since);
  }

  set since(ms: number) {
    this.#write(place.since, ms);
  }

  get isWorthATry(): boolean {
    return this.#read(place.worthATry) === 1;
  }

  set isWorthATry(worth: boolean) {
    this.#write(place.worthATry, worth ? 1 : 0);
  }

  get weight(): number {
    return this.#read(place.weight);
  }

  set weight(share: number) {
    this.#write(place.weight, share);
  }

  get effectiveWeight(): number {
    return this.#read(place.effectiveWeight);
  }

  set effectiveWeight(share: number) {
    this.#write(place.effectiveWeight, share);
  }

  get backSince(): number {
    return this.#read(place.backSince);
  }

  set backSince(ms: number) {
    this.#write(place.backSince, ms);
  }

  /** Attempts under way, in all threads. Read as it is: an atomic look costs ten times as much, and who picks holds the lock. */
  get inFlight(): number {
    return this.#whole[this.#inFlight] ?? 0;
  }

  /** Whether none is under way, for who must not miss that the last one ends: what this thread has written is seen by others before. */
  get isIdle(): boolean {
    return Atomics.load(this.#whole, this.#inFlight) === 0;
  }

  /** Counts attempts of this thread in (or out, below 0); returns how many there are now in all threads. */
  count(attempts: number): number {
    this.#whole[this.#held] = (this.#whole[this.#held] ?? 0) + attempts;
    return Atomics.add(this.#whole, this.#inFlight, attempts) + attempts;
  }

  /** Attempts under way that are tunnels, in all threads. */
  get tunnels(): number {
    return this.#whole[this.#tunnels] ?? 0;
  }

  /** Counts attempts of this thread that are tunnels in (or out, below 0). They stay in flight as well. */
  tunnel(attempts: number): void {
    this.#whole[this.#heldTunnels] = (this.#whole[this.#heldTunnels] ?? 0) + attempts;
    Atomics.add(this.#whole, this.#tunnels, attempts);
  }

  /** Gives back the attempts of a thread that has died. */
  reclaim(thread: number): void {
    this.#giveBack(this.#inFlight, this.#heldAt('attempts', thread));
    this.#giveBack(this.#tunnels, this.#heldAt('tunnels', thread));
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
    return this.#whole[this.#lost] ?? 0;
  }

  /** Takes in that a connection failed. */
  lose(): void {
    if (Atomics.add(this.#whole, this.#lost, 1) + 1 === lostConnections) Atomics.add(this.#whole, head.lost * 2, 1);
  }

  /** Connections that broke in a row after a request had left on them, in whatever thread: the origin may be dead, or answer so. */
  get broken(): number {
    return Atomics.load(this.#whole, this.#wholeAt(place.broken));
  }

  /** Takes in that a connection broke on which a request had left. */
  breakOff(): void {
    Atomics.add(this.#whole, this.#wholeAt(place.broken), 1);
  }

  /** Takes in that a connection held, or a probe was good. */
  regain(): void {
    if (this.lost > 0) this.#find();
    if (this.broken > 0) Atomics.store(this.#whole, this.#wholeAt(place.broken), 0);
  }

  get isDoubted(): boolean {
    return this.#read(place.doubted) === 1;
  }

  set isDoubted(doubted: boolean) {
    this.#write(place.doubted, doubted ? 1 : 0);
  }

  /** Forgets everything, for the next origin that gets the slot. */
  clear(): void {
    this.#find();
    for (let field = 0; field < fields.length + 2 * mostThreads; field += 1) this.#write(field, 0);
  }

  /** Takes in that connections don't fail any more. */
  #find(): void {
    if (Atomics.exchange(this.#whole, this.#lost, 0) >= lostConnections) Atomics.sub(this.#whole, head.lost * 2, 1);
  }

  #giveBack(at: number, held: number): void {
    Atomics.sub(this.#whole, at, this.#whole[held] ?? 0);
    this.#whole[held] = 0;
  }

  #wholeAt(field: number): number {
    return (this.#at + field * this.#stride) * 2;
  }

  #heldAt(what: 'attempts' | 'tunnels', thread: number): number {
    return this.#wholeAt(fields.length + (what === 'attempts' ? 0 : mostThreads) + thread);
  }

  #read(field: number): number {
    return this.#real[this.#at + field * this.#stride] ?? 0;
  }

  #write(field: number, value: number): void {
    this.#real[this.#at + field * this.#stride] = value;
  }
}
