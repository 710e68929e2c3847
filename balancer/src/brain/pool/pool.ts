// You are here: 13 of 23 in docs/reading.md. Next: brain/pool/offer.ts.

import type { Candidate } from '../select/candidate.ts';
import type { Origin } from '../select/origin.ts';
import { Lease, type LeaseParts } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { isLost, type Member } from './member.ts';
import { Offer, type PoolSettings } from './offer.ts';
import { type OriginStatus, statusOf } from './origin-status.ts';
import type { Roster } from './roster.ts';
import { type PoolView, viewOf } from './view.ts';

/** The origins and their live figures: background work writes to its roster, requests read it and count themselves in and out. */
export class Pool {
  /** Who is in the pool and how each stands. */
  readonly roster: Roster;
  /** The time in ms on a clock that all threads share. */
  readonly now: () => number;
  #settings: PoolSettings;
  readonly #offer: Offer;
  readonly #ledger: Ledger;
  readonly #leasing: LeaseParts;

  /** `now` tells the time in ms on a clock that all threads share. */
  constructor(roster: Roster, settings: PoolSettings, ledger: Ledger, now: () => number) {
    this.#ledger = ledger;
    this.roster = roster;
    this.#settings = settings;
    this.now = now;
    this.#offer = new Offer(roster, ledger, () => this.#settings, now);
    this.#leasing = { ledger, roster, now };
    this.roster.observe({ replaced: () => this.#offer.forget() });
  }

  /**
   * The origins that may take a request now, in list order, without those in `except` (the ids of the ones already tried), nor
   * those to which connections keep failing while another can take it. To be asked between picks: see `exclusively`. The list is
   * never changed: while it is the same, so are its members, their order and their weights.
   */
  candidates(except: readonly string[]): readonly Candidate[] {
    return this.#offer.candidates(except);
  }

  /** All who may take a request now. */
  usable(): readonly Candidate[] {
    return this.exclusively(() => this.candidates([]));
  }

  /** What the pool looks like to a policy that is about to pick among the candidates; `except` is who was left out as already tried. */
  view(candidates: readonly Candidate[], except: readonly string[]): PoolView {
    const { maxConnections } = this.#settings;
    const at = this.now();
    return viewOf(candidates as readonly Member[], this.roster.members, except, { at, turn: this.#ledger.turns, maxConnections });
  }

  /** Does something between which no other thread picks an origin: a look at the candidates, a pick, and its lease. */
  exclusively<Result>(work: () => Result): Result {
    return this.#ledger.exclusively(work);
  }

  /**
   * The origin of that id, for a client that sticks to it; nothing where it is out or full, or connections to it keep failing. One
   * that drains still takes its own clients, until it is drained.
   */
  candidateCalled(id: string): Candidate | undefined {
    const member = this.roster.memberCalled(id);
    if (!member || isLost(member) || member.placed >= this.#settings.maxConnections) return undefined;
    return member.isReady || member.state === 'draining' ? member : undefined;
  }

  /** Counts one attempt in flight at the candidate's origin until the lease is released. To be called by whoever holds the lock. */
  lease(candidate: Candidate): Lease {
    return new Lease(candidate as Member, this.#leasing);
  }

  /**
   * How many requests the pool can take at once: what the usable origins may have, and what the others still hold. Infinity
   * where no origin can be used, since a request that nobody will take has nothing to wait for.
   */
  places(): number {
    const own = this.#offer.places();
    if (own === undefined) return Number.POSITIVE_INFINITY;
    let places = own;
    for (const { placed } of this.roster.leaving) places += placed;
    return places;
  }

  /** Whether any origin is ready. */
  hasReady(): boolean {
    return this.roster.members.some(({ isReady }) => isReady);
  }

  /** Whether an origin is left out while others are ready, so that a request which moves on from it adds no load. */
  isLeftOut(origin: Origin): boolean {
    const member = this.roster.memberAt(origin);
    return (member?.isOut ?? true) && this.roster.members.some((other) => other !== member && !other.isOut);
  }

  /** Takes other settings from now on. */
  configure(settings: PoolSettings): void {
    this.#settings = settings;
    this.#offer.forget();
  }

  /** Every origin with its live figures, as of now, for people to look at. */
  status(): OriginStatus[] {
    this.usable();
    const now = this.now();
    return this.roster.members.map((member) => statusOf(member, now));
  }
}
