import type { Origin } from '../select/origin.ts';
import type { Ledger } from './ledger.ts';
import type { Member, MemberSnapshot, Place } from './member.ts';
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

/** Who is in the pool and how each stands, as everybody sees it who sends requests to them. */
export abstract class Roster {
  readonly #ledger: Ledger;
  readonly #observers = new Set<RosterObserver>();
  #members: readonly Member[] = [];
  #byId: ReadonlyMap<string, Member> = new Map();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Left the list, and finish what runs. */
  abstract get leaving(): Iterable<Member>;

  /** Takes in that nothing runs any more at an origin that drains. */
  abstract finished(origin: Origin): void;

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

  /** Tells an observer of all changes from now on; the returned function ends that. */
  observe(observer: RosterObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Those who are told now: one that ends being told in the middle of a change is told of that one yet. */
  protected get observers(): readonly RosterObserver[] {
    return [...this.#observers];
  }

  protected setMembers(members: readonly Member[]): void {
    this.#members = members;
    this.#byId = new Map(members.map((member) => [member.origin.id, member]));
  }

  /** Where the figures of the origin in a slot are. */
  protected placeIn(slot: number): Place {
    return { slot, figures: this.#ledger.figuresIn(slot), tally: this.#ledger.tallyIn(slot) };
  }
}
