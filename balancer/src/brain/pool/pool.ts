// You are here: 12 of 21 in docs/reading.md. Next: brain/select/policy.ts.

import type { Candidate } from '../select/candidate.ts';
import type { Origin } from '../select/origin.ts';
import { Lease, type LeaseParts } from './lease.ts';
import type { Ledger } from './ledger.ts';
import { lostConnections, type Member } from './member.ts';
import type { Roster } from './roster.ts';
import { warmth } from './slow-start.ts';
import { inWords, type State } from './standing.ts';
import { tiersOf } from './tiers.ts';
import { type PoolView, viewOf } from './view.ts';

/** What may change while the pool is in use. */
export interface PoolSettings {
  /** The most attempts that may be in flight at one origin, beside tunnels. */
  readonly maxConnections: number;
  /** How long an origin that comes back gets less than its weight, in ms; 0 for not at all. */
  readonly slowStart: number;
}

/** An origin as the admin side shows it. */
export interface OriginStatus {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  /** Its share of requests now, relative to the others' weights: less than `weight` while it warms up. */
  readonly effectiveWeight: number;
  readonly backup: boolean;
  readonly state: State;
  readonly reason: string;
  /** How long it has been in that state, in ms. */
  readonly forMs: number;
  /** State, time and reason in one line. */
  readonly summary: string;
  readonly inFlight: number;
  /** How many of those are tunnels. */
  readonly tunnels: number;
}

/** The origins and their live figures: background work writes to its roster, requests read it and count themselves in and out. */
export class Pool {
  /** Who is in the pool and how each stands. */
  readonly roster: Roster;
  /** The time in ms on a clock that all threads share. */
  readonly now: () => number;
  #settings: PoolSettings;
  /** The revision of the ledger that the members were sorted at. */
  #revision = -1;
  #tiers: readonly (readonly Member[])[] = [];
  /** Those that can't be used now, but may still hold requests. */
  #unused: readonly Member[] = [];
  #warming: readonly Member[] = [];

  readonly #ledger: Ledger;
  readonly #leasing: LeaseParts;

  /** `now` tells the time in ms on a clock that all threads share. */
  constructor(roster: Roster, settings: PoolSettings, ledger: Ledger, now: () => number) {
    this.#ledger = ledger;
    this.roster = roster;
    this.#settings = settings;
    this.now = now;
    this.#leasing = { ledger, roster, now };
    this.roster.observe({ replaced: () => this.#forget() });
  }

  /**
   * The origins that may take a request now, in list order, without those in `except` (the ids of the ones already tried), nor
   * those to which connections keep failing while another can take it. To be asked between picks: see `exclusively`.
   */
  candidates(except: readonly string[]): readonly Candidate[] {
    this.#sort();
    if (this.#warming.length > 0) this.#warm();
    const offers = ({ origin, placed }: Member) => placed < this.#settings.maxConnections && !except.includes(origin.id);
    let doubted: readonly Member[] = [];
    for (const tier of this.#tiers) {
      const offered = tier.every(offers) ? tier : tier.filter(offers);
      const holding = offered.some(isLost) ? offered.filter((member) => !isLost(member)) : offered;
      if (holding.length > 0) return holding;
      if (doubted.length === 0) doubted = offered;
    }
    // Nobody else is left: an origin that may be dead is better than no answer.
    return doubted;
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
    this.#sort();
    if (this.#tiers.length === 0) return Number.POSITIVE_INFINITY;
    let places = 0;
    for (const tier of this.#tiers) places += tier.length * this.#settings.maxConnections;
    for (const { placed } of this.#unused) places += placed;
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
    this.#forget();
  }

  /** Every origin with its live figures, as of now, for people to look at. */
  status(): OriginStatus[] {
    this.usable();
    const now = this.now();
    return this.roster.members.map(({ origin, weight, standing, figures: { inFlight, tunnels } }) => ({
      ...{ id: origin.id, url: origin.url.origin, weight: origin.weight, effectiveWeight: weight, backup: origin.backup },
      ...{ state: standing.state, reason: standing.reason, forMs: Math.round(now - standing.since), summary: inWords(standing, now) },
      ...{ inFlight, tunnels },
    }));
  }

  /** Has the members sorted anew before anybody asks for them. */
  #forget(): void {
    this.#revision = -1;
  }

  /** Sorts the members by how they stand now, if that has changed. */
  #sort(): void {
    const { revision } = this.#ledger;
    if (revision === this.#revision) return;
    this.#revision = revision;
    const { members } = this.roster;
    this.#tiers = tiersOf(members);
    const used = new Set(this.#tiers.flat());
    this.#unused = members.filter((member) => !used.has(member));
    this.#warming = members.filter(({ figures: { backSince } }) => backSince > Number.NEGATIVE_INFINITY);
  }

  /** Gives everyone who came back lately the weight for now. */
  #warm(): void {
    const now = this.now();
    this.#warming = this.#warming.filter(({ figures }) => {
      const part = warmth(now - figures.backSince, this.#settings.slowStart);
      figures.effectiveWeight = figures.weight * part;
      return part < 1;
    });
  }
}

/** Whether connections to it failed so often that it is about to be down: this thread may know before the one that decides. */
function isLost({ figures }: Member): boolean {
  return figures.lost >= lostConnections;
}
