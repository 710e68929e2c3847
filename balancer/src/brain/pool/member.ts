import type { Candidate } from '../select/candidate.ts';
import type { Origin, ProxyProtocol } from '../select/origin.ts';
import { type Figures, lostConnections } from './figures.ts';
import { PeakEwma } from './peak-ewma.ts';
import type { Standing, State } from './standing.ts';
import type { Tally } from './tally.ts';

/** What ended the wait for an attempt: the origin's response began, the attempt failed, or the client left first. */
export type WaitEnd = 'responded' | 'failed' | 'abandoned';

/** A failed attempt counts as at least so slow, in ms: an origin that fails fast must not look fast. */
const failedMs = 1000;

/** A place in the ledger. */
export interface Place {
  readonly slot: number;
  readonly figures: Figures;
  /** Where this thread counts what it does there. */
  readonly tally: Tally;
}

/** Why an origin is in a state, in words: numbers can't say it, so that it is not in the ledger. */
export type Words = Pick<Standing, 'state' | 'reason'>;

/** What another thread needs to know of a member; all else is in the ledger. */
export interface MemberSnapshot {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly proxyProtocol: ProxyProtocol | undefined;
  readonly slot: number;
  readonly words: Words;
}

/** One origin in the pool, as every thread sees it: its figures and how it stands are in the ledger. */
export class Member implements Candidate {
  origin: Origin;
  /** Where its figures are in the ledger, and what they are. */
  readonly slot: number;
  readonly figures: Figures;
  readonly tally: Tally;
  words: Words;
  readonly #latency: PeakEwma;
  readonly #now: () => number;

  constructor(origin: Origin, { slot, figures, tally }: Place, words: Words, now: () => number) {
    this.origin = origin;
    this.slot = slot;
    this.figures = figures;
    this.tally = tally;
    this.words = words;
    this.#latency = new PeakEwma(figures);
    this.#now = now;
  }

  /** Its share of requests now, relative to the others': less than configured while it warms up. */
  get weight(): number {
    return this.figures.effectiveWeight;
  }

  get inFlight(): number {
    return this.figures.inFlight;
  }

  /** Attempts under way that take a place: all but tunnels. */
  get placed(): number {
    return this.figures.inFlight - this.figures.tunnels;
  }

  get latencyMs(): number {
    return this.#latency.read(this.#now());
  }

  /** Takes in how long an attempt waited, in ms. Of one whose client left, only that it would have taken longer. */
  waited(ms: number, end: WaitEnd): void {
    if (end === 'abandoned' && ms < this.latencyMs) return;
    this.#latency.observe(end === 'failed' ? Math.max(ms, failedMs) : ms, this.#now());
  }

  get state(): State {
    return this.figures.state;
  }

  /** The words may be a moment behind the ledger in a thread that was told them. */
  get standing(): Standing {
    return { ...this.wordsNow, since: this.figures.since };
  }

  /** Its state and the reason for it. */
  get wordsNow(): Words {
    const { state } = this.figures;
    return state === this.words.state ? this.words : { state, reason: 'found just now' };
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  /** Whether it takes no requests, or likely will take none: this thread may know before the one that decides. */
  get isOut(): boolean {
    return !this.isReady || this.figures.lost >= lostConnections || this.figures.broken >= lostConnections;
  }

  /** Whether it may be tried when nobody is ready: nobody wants it out, and no probe found it down. */
  get isWorthATry(): boolean {
    return this.figures.isWorthATry;
  }

  /** All of it that is not in the ledger, for another thread. */
  snapshot(): MemberSnapshot {
    const { origin, slot, words } = this;
    const { id, url, weight, backup, proxyProtocol } = origin;
    return { id, url: url.href, weight, backup, proxyProtocol, slot, words };
  }

  /** Becomes what another thread says of it. */
  mirror({ words, weight, backup, proxyProtocol }: MemberSnapshot): void {
    this.words = words;
    const now = this.origin;
    if (weight !== now.weight || backup !== now.backup || proxyProtocol !== now.proxyProtocol)
      this.origin = { ...now, weight, backup, proxyProtocol };
  }
}

/** Whether connections to it failed so often that it is about to be down: this thread may know before the one that decides. */
export function isLost({ figures }: Member): boolean {
  return figures.lost >= lostConnections;
}
