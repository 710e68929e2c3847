import { type Ledger, mostOrigins } from './ledger.ts';
import { type Health, Member, type MemberSnapshot, type Place } from './member.ts';
import type { Origin } from './origin.ts';
import type { Standing } from './standing.ts';

/** Who wants to know of changes in the roster. */
export interface RosterObserver {
  /** An origin's state is another; also called for origins that left the list and finish what runs. */
  changed?(origin: Origin, standing: Standing): void;
  /** The list is another. */
  replaced?(origins: readonly Origin[]): void;
  /** An origin left the list, and nothing runs at it any more. */
  gone?(origin: Origin): void;
}

/** A roster as another thread follows it. */
export interface RosterSnapshot {
  readonly members: readonly MemberSnapshot[];
  readonly leaving: readonly MemberSnapshot[];
}

/** There is no origin of that id. */
export class UnknownOrigin extends Error {}

/** Without that origin no request could be answered. */
export class LastOrigin extends Error {}

/** Who is in the pool and how each stands: where health, drains and the configuration write. */
export class Roster {
  readonly #now: () => number;
  readonly #ledger: Ledger;
  /** Slots of the ledger that nobody has; the last one is given out next. */
  readonly #freeSlots = Array.from({ length: mostOrigins }, (_, index) => mostOrigins - 1 - index);
  readonly #observers: RosterObserver[] = [];
  #members: readonly Member[] = [];
  #byId: ReadonlyMap<string, Member> = new Map();
  readonly #leaving = new Set<Member>();
  #finishElsewhere: ((origin: Origin) => void) | undefined;
  #hasFollowers = false;

  /** The origins are ready at once, since nothing is known against them; `now` tells the time in ms on a monotonic clock. */
  constructor(origins: readonly Origin[], ledger: Ledger, now: () => number) {
    this.#ledger = ledger;
    this.#now = now;
    this.#setMembers(origins.map((origin) => new Member(origin, this.#takePlace(), 'up', 'not probed yet', now)));
  }

  /** In list order. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /** The member that is the origin of that id at that address; its weight may be another. */
  memberAt({ id, url }: Origin): Member | undefined {
    const member = this.#byId.get(id);
    return member?.origin.url.href === url.href ? member : undefined;
  }

  /** The member whose origin has that id. */
  memberCalled(id: string): Member | undefined {
    return this.#byId.get(id);
  }

  /** The same, for whoever is named by hand. Throws UnknownOrigin, which says who there is. */
  named(id: string): Member {
    const member = this.#byId.get(id);
    if (!member) throw new UnknownOrigin(`there is no origin ${id}; there are ${[...this.#byId.keys()].join(', ')}`);
    return member;
  }

  /** Left the list, and finish what runs. */
  get leaving(): ReadonlySet<Member> {
    return this.#leaving;
  }

  /** Leaves it to another thread to say what follows when a drain has finished. */
  finishElsewhere(tell: (origin: Origin) => void): void {
    this.#finishElsewhere = tell;
  }

  /**
   * Says that other threads follow this roster. They go on sending requests to an origin that drains until they have heard of it:
   * it is drained, or gone, only after `settle`.
   */
  expectFollowers(): void {
    this.#hasFollowers = true;
  }

  observe(observer: RosterObserver): void {
    this.#observers.push(observer);
  }

  /**
   * Takes another list of origins. Who stays keeps figures and standing; who is new waits for a good probe; who is missing
   * gets nothing new and finishes what runs.
   */
  replace(origins: readonly Origin[]): void {
    const before = new Set(this.#members);
    const members = origins.map((origin) => {
      const member = this.#known(origin) ?? new Member(origin, this.#takePlace(), 'unsure', 'waits for its first good probe', this.#now);
      before.delete(member);
      member.origin = origin;
      member.weight = origin.weight;
      return member;
    });
    this.#setMembers(members);
    for (const member of before) this.#dismiss(member);
    for (const observer of this.#observers) observer.replaced?.(origins);
  }

  /** Takes what a probe (`probed`) or connections found; nothing happens where the origin is no longer there. */
  setHealth(origin: Origin, health: Exclude<Health, 'unsure'>, reason: string, probed: boolean): void {
    this.#change('health', origin, reason, (member) => {
      member.health = health;
      member.probedDown = health === 'down' && probed;
    });
  }

  /** Leaves an origin out until it is readmitted, unless it is the last that is ready; says whether it did. */
  eject(origin: Origin, reason: string): boolean {
    const member = this.memberAt(origin);
    if (!member?.isReady || !this.#isReadyWithout(member)) return false;
    this.#change('ejection', origin, reason, () => {
      member.ejected = true;
    });
    return true;
  }

  /** Ends an ejection. */
  readmit(origin: Origin, reason: string): void {
    this.#change('ejection', origin, reason, (member) => {
      member.ejected = false;
    });
  }

  /**
   * Gives an origin nothing new and lets it finish what runs. Throws UnknownOrigin, and LastOrigin where nobody else could
   * take the requests.
   */
  drain(id: string): void {
    const member = this.named(id);
    if (member.draining) return;
    const staying = this.#members.some((other) => other !== member && !other.draining);
    if (!staying || (member.isReady && !this.#isReadyWithout(member))) {
      throw new LastOrigin(`${id} is the last origin that takes requests; enable or repair another one first`);
    }
    member.isSettled = !this.#hasFollowers;
    const reason = member.isBusy ? 'taken out by hand, finishes what runs' : 'taken out by hand, nothing runs';
    this.#change('drain', member.origin, reason, () => {
      member.draining = true;
    });
  }

  /** Ends a drain. Throws UnknownOrigin. */
  enable(id: string): void {
    const member = this.named(id);
    if (!member.draining) return;
    this.#change('drain', member.origin, 'put back by hand', () => {
      member.draining = false;
    });
  }

  /** The last lease of a draining origin was given back. */
  finished(origin: Origin): void {
    if (this.#finishElsewhere) {
      this.#finishElsewhere(origin);
      return;
    }
    const member = this.memberAt(origin) ?? [...this.#leaving].find((other) => isOf(other, origin));
    if (member) this.#finish(member);
  }

  /** Every thread follows the roster as it is now: what has ended at an origin that drains has ended for good. */
  settle(): void {
    for (const member of [...this.#members, ...this.#leaving]) {
      member.isSettled = true;
      this.#finish(member);
    }
  }

  #finish(member: Member): void {
    if (!member.draining || member.isBusy) return;
    const isNews = member.standing.state === 'draining' && member.restate('drain', 'taken out, all that ran has ended', this.#now());
    if (isNews) this.#announce(member);
    if (this.#leaving.delete(member)) this.#part(member);
  }

  #setMembers(members: readonly Member[]): void {
    this.#members = members;
    this.#byId = new Map(members.map((member) => [member.origin.id, member]));
  }

  /** What another thread needs to follow this roster. */
  snapshot(): RosterSnapshot {
    return { members: this.#members.map((member) => member.snapshot()), leaving: [...this.#leaving].map((member) => member.snapshot()) };
  }

  /** Follows another thread's roster. */
  mirror({ members, leaving }: RosterSnapshot): void {
    const before = new Set([...this.#members, ...this.#leaving]);
    const present = members.map((snapshot) => this.#mirrored(snapshot, before));
    const onTheirWay = leaving.map((snapshot) => this.#mirrored(snapshot, before));
    this.#setMembers(present);
    this.#leaving.clear();
    for (const member of onTheirWay) this.#leaving.add(member);
    for (const observer of this.#observers) observer.replaced?.(this.#members.map(({ origin }) => origin));
    for (const { origin } of before) for (const observer of this.#observers) observer.gone?.(origin);
  }

  /** The member that a snapshot is of: one of those known, which is taken out of them, or a new one. */
  #mirrored(snapshot: MemberSnapshot, known: Set<Member>): Member {
    const { id, url, weight, backup, slot } = snapshot;
    const place = this.#placeIn(slot);
    const member =
      [...known].find((other) => other.slot === slot && other.origin.id === id && other.origin.url.href === url) ??
      new Member({ id, url: new URL(url), weight, backup }, place, 'unsure', '', this.#now);
    known.delete(member);
    member.mirror(snapshot);
    return member;
  }

  #known(origin: Origin): Member | undefined {
    const member = this.memberAt(origin);
    if (member) return member;
    const returning = [...this.#leaving].find((other) => isOf(other, origin));
    if (!returning) return undefined;
    this.#leaving.delete(returning);
    returning.draining = false;
    returning.health = 'unsure';
    returning.ejected = false;
    if (returning.restate('health', 'listed again, waits for its first good probe', this.#now())) this.#announce(returning);
    return returning;
  }

  #dismiss(member: Member): void {
    member.draining = true;
    member.isSettled = !this.#hasFollowers;
    this.#leaving.add(member);
    if (member.restate('drain', 'no longer listed', this.#now())) this.#announce(member);
    this.#finish(member);
  }

  #change(about: 'health' | 'ejection' | 'drain', origin: Origin, reason: string, change: (member: Member) => void): void {
    const member = this.memberAt(origin);
    if (!member) return;
    const { isWorthATry } = member;
    change(member);
    // A probe may find down what only connections had: the same state, but no longer worth a try.
    if (member.restate(about, reason, this.#now()) || member.isWorthATry !== isWorthATry) this.#announce(member);
  }

  #announce({ origin, standing }: Member): void {
    for (const observer of this.#observers) observer.changed?.(origin, standing);
  }

  #takePlace(): Place {
    const slot = this.#freeSlots.pop();
    if (slot === undefined) throw new Error(`there may be ${mostOrigins} origins at most`);
    return this.#placeIn(slot);
  }

  #placeIn(slot: number): Place {
    return { slot, figures: this.#ledger.figuresIn(slot), tally: this.#ledger.tallyIn(slot) };
  }

  #part({ origin, slot }: Member): void {
    this.#ledger.clear(slot);
    this.#freeSlots.push(slot);
    for (const observer of this.#observers) observer.gone?.(origin);
  }

  #isReadyWithout(member: Member): boolean {
    return this.#members.some((other) => other !== member && other.isReady);
  }
}

/** Whether a member is the origin of that id at that address. */
function isOf({ origin }: Member, { id, url }: Origin): boolean {
  return origin.id === id && origin.url.href === url.href;
}
