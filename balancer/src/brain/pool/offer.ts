// You are here: 14 of 23 in docs/reading.md. Next: brain/select/policy.ts.

import type { Ledger } from './ledger.ts';
import { isLost, type Member } from './member.ts';
import type { Roster } from './roster.ts';
import { warmth } from './slow-start.ts';
import { tiersOf } from './tiers.ts';

/** What may change while the pool is in use. */
export interface PoolSettings {
  /** The most attempts that may be in flight at one origin, beside tunnels. */
  readonly maxConnections: number;
  /** How long an origin that comes back gets less than its weight, in ms; 0 for not at all. */
  readonly slowStart: number;
}

type List = readonly Member[];

const nobody: List = [];

/**
 * Who may take a request now, worked out once for as long as nothing changes. The lists that it hands out are never changed, only
 * replaced: while one is the same, so are its members, their order and their weights. All of it is to be asked between picks.
 */
export class Offer {
  readonly #roster: Roster;
  readonly #ledger: Ledger;
  readonly #now: () => number;
  readonly #settings: () => PoolSettings;
  /** The revision of the ledger that the members were sorted at. */
  #revision = -1;
  #tiers: readonly List[] = [];
  /** Those that can't be used now, but may still hold requests. */
  #unused: List = nobody;
  #warming: List = nobody;
  /** How many attempts had begun in the pool when the first tier was looked through for full origins, and how many more it takes to fill one. */
  #lookedAt = 0;
  #room = 0;
  /** The latest list with somebody left out of it, since lists of the same are asked for again and again. */
  #latest = { from: nobody, out: nobody, rest: nobody };

  constructor(roster: Roster, ledger: Ledger, settings: () => PoolSettings, now: () => number) {
    this.#roster = roster;
    this.#ledger = ledger;
    this.#settings = settings;
    this.#now = now;
  }

  /** Has the members sorted anew before anybody asks for them. */
  forget(): void {
    this.#revision = -1;
  }

  /**
   * The origins that may take a request now, in list order, without those in `except` (the ids of the ones already tried), nor
   * those to which connections keep failing while another can take it.
   */
  candidates(except: readonly string[]): List {
    this.#sort();
    if (this.#warming.length > 0) this.#warm();
    const [first] = this.#tiers;
    if (first && except.length === 0 && this.#ledger.lostOrigins <= 0 && this.#hasRoom(first)) return first;
    return this.#offered(except);
  }

  /** How many requests these can take at once, and what the others still hold; nothing where no origin can be used. */
  places(): number | undefined {
    this.#sort();
    if (this.#tiers.length === 0) return undefined;
    let places = (this.#roster.members.length - this.#unused.length) * this.#settings().maxConnections;
    for (const { placed } of this.#unused) places += placed;
    return places;
  }

  #offered(except: readonly string[]): List {
    const { maxConnections } = this.#settings();
    const isFull = ({ origin, placed }: Member) => placed >= maxConnections || except.includes(origin.id);
    let doubted = nobody;
    for (const tier of this.#tiers) {
      const offered = this.#without(tier, isFull);
      const holding = this.#ledger.lostOrigins > 0 ? offered.filter((member) => !isLost(member)) : offered;
      if (holding.length > 0) return holding;
      if (doubted.length === 0) doubted = offered;
    }
    // Nobody else is left: an origin that may be dead is better than no answer.
    return doubted;
  }

  /** A list without some, the same list where that was asked for last. */
  #without(from: List, isOut: (member: Member) => boolean): List {
    const out = from.filter(isOut);
    if (out.length === 0) return from;
    const latest = this.#latest;
    if (latest.from === from && latest.out.length === out.length && latest.out.every((member, index) => member === out[index]))
      return latest.rest;
    const gone = new Set(out);
    this.#latest = { from, out, rest: from.filter((member) => !gone.has(member)) };
    return this.#latest.rest;
  }

  /** Whether nobody on a list is full. Each attempt that begins fills one place of one origin, so that nobody needs to look for a while. */
  #hasRoom(list: List): boolean {
    const { begun } = this.#ledger;
    if (begun - this.#lookedAt < this.#room) return true;
    let most = 0;
    for (const { placed } of list) most = Math.max(most, placed);
    this.#lookedAt = begun;
    this.#room = this.#settings().maxConnections - most;
    return this.#room > 0;
  }

  /** Sorts the members by how they stand now, if that has changed. */
  #sort(): void {
    const { revision } = this.#ledger;
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#room = 0;
    const { members } = this.#roster;
    this.#tiers = tiersOf(members);
    const used = new Set(this.#tiers.flat());
    this.#unused = members.filter((member) => !used.has(member));
    this.#warming = members.filter(({ figures: { backSince } }) => backSince > Number.NEGATIVE_INFINITY);
  }

  /** Gives everyone who came back lately the weight for now. */
  #warm(): void {
    const now = this.#now();
    this.#warming = this.#warming.filter(({ figures }) => {
      const part = warmth(now - figures.backSince, this.#settings().slowStart);
      figures.effectiveWeight = figures.weight * part;
      return part < 1;
    });
    this.#tiers = this.#tiers.map((tier) => [...tier]);
  }
}
