import type { Origin } from '../select/origin.ts';
import type { Ledger } from './ledger.ts';
import { Member, type Place } from './member.ts';
import { Roster, type RosterSnapshot } from './roster.ts';
import type { Answers } from './tally.ts';
import { type Findings, type Ground, type Health, Verdict } from './verdict.ts';

/** There is no room in the ledger for so many origins at a time. */
export class TooManyOrigins extends Error {}

/** Without that origin no request could be answered. */
export class LastOrigin extends Error {}

/**
 * The main thread's roster, where health, drains and the configuration write. How each origin stands is in the ledger, so that
 * every thread picks by it from that moment on; the list and the reasons in words go to other threads by messages.
 */
export class MainRoster extends Roster {
  readonly #now: () => number;
  readonly #ledger: Ledger;
  /** Slots of the ledger that nobody has; the last one is given out next. */
  readonly #freeSlots: number[];
  /** How many lists there have been, and the latest that every thread has. */
  #lists = 0;
  #knownList = 0;
  /** Who left the list and finishes what runs, and the first list without it. */
  readonly #leaving = new Map<Member, number>();
  /** What is known of each. */
  readonly #verdicts = new WeakMap<Member, Verdict>();
  /** Who is ejected, the oldest ejection first. */
  readonly #ejected = new Set<Member>();
  #followed: ((done: () => void) => void) | undefined;

  /** The origins are ready at once, since nothing is known against them; `now` tells the time in ms on a monotonic clock. */
  constructor(origins: readonly Origin[], ledger: Ledger, now: () => number) {
    super(ledger);
    this.#ledger = ledger;
    this.#now = now;
    this.#freeSlots = Array.from({ length: ledger.slots }, (_, index) => ledger.slots - 1 - index);
    this.setMembers(origins.map((origin) => this.#enlist(origin, 'up', 'not probed yet')));
  }

  /** Left the list, and finish what runs. */
  get leaving(): Iterable<Member> {
    return this.#leaving.keys();
  }

  /**
   * Says that other threads follow this roster. `followed` is called with each new list, and calls back when they all have it. An
   * origin that leaves the list is theirs until then: they may know no other one yet.
   */
  followedBy(followed: (done: () => void) => void): void {
    this.#followed = followed;
  }

  /**
   * Throws TooManyOrigins where another list of origins would have more who are new than there is room for, and LastOrigin where all on it
   * were taken out by hand.
   */
  checkList(origins: readonly Origin[]): void {
    this.#checkRoom(origins);
    const isTakenOut = (origin: Origin) => {
      const member = this.memberAt(origin);
      return member !== undefined && this.#verdictOn(member).draining;
    };
    if (origins.length === 0 || !origins.every(isTakenOut)) return;
    throw new LastOrigin(
      `nobody would take requests, since ${origins.map(({ id }) => id).join(', ')} was taken out by hand; enable one first`,
    );
  }

  #checkRoom(origins: readonly Origin[]): void {
    const leaving = [...this.leaving];
    const strangers = origins.filter((origin) => !this.memberAt(origin) && !leaving.some((other) => isOf(other, origin)));
    if (strangers.length <= this.#freeSlots.length) return;
    const taken = this.#ledger.slots - this.#freeSlots.length;
    throw new TooManyOrigins(
      `${strangers.length} origins are new, and ${taken} are there or finish what runs; there may be ${this.#ledger.slots} together. Replace fewer at a time, or reload again once those have left`,
    );
  }

  /**
   * Takes another list of origins. Who stays keeps figures and standing; who is new waits for a good probe; who is missing
   * gets nothing new and finishes what runs. Those that are held get nothing, even if they are well, until they are released. Throws what
   * `checkList` throws, and nothing has changed then.
   */
  replace(origins: readonly Origin[], isHeld: (origin: Origin) => boolean = () => false): void {
    this.checkList(origins);
    const before = new Set(this.members);
    const members = origins.map((origin) => {
      const member = this.#known(origin) ?? this.#enlist(origin, 'unsure', 'waits for its first good probe');
      if (isHeld(origin)) this.#hold(member);
      before.delete(member);
      member.origin = origin;
      this.#verdictOn(member).reweigh();
      return member;
    });
    this.setMembers(members);
    this.#lists += 1;
    const list = this.#lists;
    for (const member of before) this.#leaving.set(member, list);
    for (const observer of this.observers) observer.replaced?.(origins);
    if (this.#followed) this.#followed(() => this.#dismiss(list));
    else this.#dismiss(list);
  }

  /** Takes what a probe (`probed`) or connections found; nothing happens where the origin is no longer there. */
  setHealth(origin: Origin, health: Exclude<Health, 'unsure'>, reason: string, probed: boolean): void {
    this.#change(this.memberAt(origin), 'health', reason, { health, probedDown: health === 'down' && probed });
  }

  /**
   * Leaves an origin out until it is readmitted; says whether it did. It doesn't where that origin is the last that is ready, nor
   * where then more than that share of the pool (from 0 to 1) were ejected or found down by probes.
   */
  eject(origin: Origin, reason: string, mostOut: number): boolean {
    const member = this.memberAt(origin);
    if (!member?.isReady || !this.#isReadyWithout(member) || this.#countOut() + 1 > this.#roomOut(mostOut)) return false;
    this.#ejected.add(member);
    this.#change(member, 'ejection', reason, { ejected: true });
    return true;
  }

  /** Ends an ejection. */
  readmit(origin: Origin, reason: string): void {
    const member = this.memberAt(origin);
    if (!member || !this.#ejected.delete(member)) return;
    this.#change(member, 'ejection', reason, { ejected: false });
  }

  /** The oldest ejection of one that no probe found down, where more than that share of the pool (from 0 to 1) is out. */
  ejectedTooMany(mostOut: number): Origin | undefined {
    if (this.#ejected.size === 0 || this.#countOut() <= this.#roomOut(mostOut)) return undefined;
    return [...this.#ejected].find((member) => this.#isCounted(member) && !this.#verdictOn(member).isFoundDown)?.origin;
  }

  /** Whether an origin is held and well, so that it could be released. */
  isWellHeld(origin: Origin): boolean {
    const member = this.memberAt(origin);
    return member !== undefined && this.#verdictOn(member).isWellHeld;
  }

  /** Lets an origin that was held take requests as soon as it is well. */
  release(origin: Origin, reason: string): void {
    const member = this.memberAt(origin);
    if (member && this.#verdictOn(member).held) this.#change(member, 'hold', reason, { held: false });
  }

  /** Good and bad answers of the origin of a member in all threads, and of all origins together. */
  answersOf({ slot }: Member): { readonly own: Answers; readonly all: Answers } {
    return { own: this.#ledger.answersIn(slot), all: this.#ledger.answersIn() };
  }

  /**
   * Gives an origin nothing new and lets it finish what runs. Throws UnknownOrigin, and LastOrigin where nobody else could
   * take the requests.
   */
  drain(id: string): void {
    const member = this.named(id);
    if (this.#verdictOn(member).draining) return;
    // One that is held may never come: a deploy that is given up takes it off the list again.
    const stays = (other: Member) => other !== member && !this.#verdictOn(other).draining && !this.#verdictOn(other).held;
    const staying = this.members.some(stays);
    if (!staying || (member.isReady && !this.#isReadyWithout(member))) {
      throw new LastOrigin(`${id} is the last origin that takes requests; enable or repair another one first`);
    }
    this.#change(member, 'drain', 'taken out by hand', { draining: true });
  }

  /** Ends a drain. Throws UnknownOrigin. */
  enable(id: string): void {
    const member = this.named(id);
    if (!this.#verdictOn(member).draining) return;
    this.#change(member, 'drain', 'put back by hand', { draining: false });
  }

  /** The last lease of a draining origin was given back. */
  finished(origin: Origin): void {
    const member = this.memberAt(origin) ?? [...this.leaving].find((other) => isOf(other, origin));
    if (member) this.#finish(member);
  }

  #finish(member: Member): void {
    if (member.state === 'draining' && member.figures.isIdle) this.#restate(member);
    const left = this.#leaving.get(member) ?? Number.POSITIVE_INFINITY;
    if (member.state === 'drained' && left <= this.#knownList) this.#part(member);
  }

  /** What another thread needs to follow this roster. */
  snapshot(): RosterSnapshot {
    return { members: this.members.map((member) => member.snapshot()), leaving: [...this.leaving].map((member) => member.snapshot()) };
  }

  #known(origin: Origin): Member | undefined {
    const member = this.memberAt(origin);
    if (member) return member;
    const returning = [...this.leaving].find((other) => isOf(other, origin));
    if (!returning) return undefined;
    this.#leaving.delete(returning);
    this.#ejected.delete(returning);
    const anew: Findings = { draining: false, health: 'unsure', ejected: false, held: false };
    this.#change(returning, 'health', 'listed again, waits for its first good probe', anew);
    return returning;
  }

  #hold(member: Member): void {
    if (!this.#verdictOn(member).held) this.#change(member, 'hold', 'well, waits until all that come with it are', { held: true });
  }

  /** Drains those whom no thread has on its list any more, now that all have the list of that number. */
  #dismiss(list: number): void {
    this.#knownList = Math.max(this.#knownList, list);
    for (const [member, left] of [...this.#leaving]) {
      if (left > this.#knownList) continue;
      this.#change(member, 'drain', 'no longer listed', { draining: true });
      this.#finish(member);
    }
  }

  /** Takes in what has changed at an origin, if that is still there. */
  #change(member: Member | undefined, ground: Ground, reason: string, findings: Findings): void {
    if (!member) return;
    this.#verdictOn(member).change(ground, reason, findings);
    this.#restate(member);
  }

  /** Writes down how an origin stands after a change, between two picks; announces that if it stands otherwise. */
  #restate(member: Member): void {
    // A probe may find down what only connections had: the same state, but no longer worth a try.
    const { isWorthATry, words } = member;
    const isNews = this.#ledger.exclusively(() => this.#verdictOn(member).restate(this.#now()));
    // Of one that is held it is news that it is well.
    const isWellNow = this.#verdictOn(member).isWellHeld && member.words.reason !== words.reason;
    if (!isNews && !isWellNow && member.isWorthATry === isWorthATry) return;
    this.#ledger.revise();
    for (const observer of this.observers) observer.changed?.(member.origin, member.standing);
  }

  #enlist(origin: Origin, health: Health, reason: string): Member {
    const member = new Member(origin, this.#takePlace(), { state: 'starting', reason: '' }, this.#now);
    this.#verdicts.set(member, new Verdict(member, health, reason, this.#now()));
    return member;
  }

  #verdictOn(member: Member): Verdict {
    const verdict = this.#verdicts.get(member);
    if (!verdict) throw new Error(`nobody has decided how ${member.origin.id} stands`);
    return verdict;
  }

  #takePlace(): Place {
    const slot = this.#freeSlots.pop();
    if (slot === undefined) throw new Error(`there may be ${this.#ledger.slots} origins at most`);
    return this.placeIn(slot);
  }

  #part(member: Member): void {
    const { origin, slot } = member;
    this.#leaving.delete(member);
    this.#ejected.delete(member);
    this.#ledger.clear(slot);
    this.#freeSlots.push(slot);
    for (const observer of this.observers) observer.gone?.(origin);
  }

  /** Whether it is one of those whose shares count: on the list, and not taken out by hand. */
  #isCounted(member: Member): boolean {
    return this.memberAt(member.origin) === member && !this.#verdictOn(member).draining;
  }

  /** How many are ejected, or were found down by probes. */
  #countOut(): number {
    return this.members.filter((member) => {
      const { ejected, isFoundDown } = this.#verdictOn(member);
      return this.#isCounted(member) && (ejected || isFoundDown);
    }).length;
  }

  /** How many may be, where that may be such a share of the pool. */
  #roomOut(share: number): number {
    const most = this.members.filter((member) => this.#isCounted(member)).length * share;
    // 29 % of 100 are a little less than 29 in binary fractions.
    return Math.floor(most + 1e-6);
  }

  #isReadyWithout(member: Member): boolean {
    return this.members.some((other) => other !== member && other.isReady);
  }
}

/** Whether a member is the origin of that id at that address. */
function isOf({ origin }: Member, { id, url }: Origin): boolean {
  return origin.id === id && origin.url.href === url.href;
}
