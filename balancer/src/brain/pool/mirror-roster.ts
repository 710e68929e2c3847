import type { Origin } from '../select/origin.ts';
import type { Ledger } from './ledger.ts';
import { Member, type MemberSnapshot } from './member.ts';
import { Roster, type RosterSnapshot } from './roster.ts';

/** A serving thread's roster, which follows the main thread's: that one decides, and this one only knows. */
export class MirrorRoster extends Roster {
  readonly finished: (origin: Origin) => void;
  readonly #now: () => number;
  readonly #urlOf: (href: string) => Origin['url'];
  #leaving: readonly Member[] = [];

  /** Empty at first. `finished` is told when nothing runs any more at an origin that drains; `now` tells the time in ms; `urlOf` reads a URL. */
  constructor(ledger: Ledger, now: () => number, finished: (origin: Origin) => void, urlOf: (href: string) => Origin['url']) {
    super(ledger);
    this.#now = now;
    this.finished = finished;
    this.#urlOf = urlOf;
  }

  get leaving(): Iterable<Member> {
    return this.#leaving;
  }

  /** Becomes what the main thread's roster is. */
  mirror({ members, leaving }: RosterSnapshot): void {
    const before = new Set([...this.members, ...this.leaving]);
    this.setMembers(members.map((snapshot) => this.#mirrored(snapshot, before)));
    this.#leaving = leaving.map((snapshot) => this.#mirrored(snapshot, before));
    for (const observer of this.observers) observer.replaced?.(this.members.map(({ origin }) => origin));
    for (const { origin } of before) for (const observer of this.observers) observer.gone?.(origin);
  }

  /** The member that a snapshot is of: one of those known, which is taken out of them, or a new one. */
  #mirrored(snapshot: MemberSnapshot, known: Set<Member>): Member {
    const { id, url, weight, backup, proxyProtocol, slot } = snapshot;
    const place = this.placeIn(slot);
    const member =
      [...known].find((other) => other.slot === slot && other.origin.id === id && other.origin.url.href === url) ??
      new Member({ id, url: this.#urlOf(url), weight, backup, proxyProtocol }, place, snapshot.words, this.#now);
    known.delete(member);
    member.mirror(snapshot);
    return member;
  }
}
