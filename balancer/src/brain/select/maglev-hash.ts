import type { Candidate } from './candidate.ts';
import { firstOf } from './first.ts';
import { hash, inHex } from './hash.ts';
import { maglevTable } from './maglev-table.ts';
import { Memory } from './memory.ts';
import type { Origin } from './origin.ts';
import type { Facts, PolicyEnv, PolicyFactory, SelectionPolicy } from './policy.ts';

/** Slots of the table: a prime, far above the number of origins (the size of the paper's small table, and Envoy's). */
const size = 65_537;

/** Changed weights alone fill the table again at most so often, in ms, since an origin that warms up changes its weight always. */
const patience = 5000;

const seeds = { key: 0, offset: 1, skip: 2 };

/** An origin that has slots. */
interface Seat {
  readonly origin: Origin;
  /** Its weight when it was offered last. */
  weight: number;
  /** Its weight in the table; nothing for one that isn't in it. */
  seated: number | undefined;
  /** What it was in the list that was offered last, and which list that was. */
  candidate: Candidate | undefined;
  offered: number;
}

/** Which slot the key fell into, whose that is, and how far the next slot of an offered origin was. */
interface Slot extends Facts {
  readonly keyHash: number;
  readonly slot: number;
  readonly owner: string;
  readonly walked: number;
  readonly picked: string;
}

/**
 * Looks the key's hash up in a table of 65,537 slots, which the origins have claimed in turn, each in an order of its own. The
 * table is filled between picks when an origin is new or weights have changed; where the slot's owner isn't offered, the next slot's is taken.
 *
 * For what rendezvous-hash is for, with many origins: one look-up instead of a score for each. Shares are even to one slot, but
 * when origins change a few keys of the others move too. Source: Maglev, NSDI 2016, §3.4; walking on is Pingora's way.
 */
export const maglevHash: PolicyFactory = (env) => new MaglevHash(env);

class MaglevHash implements SelectionPolicy {
  readonly #now: () => number;
  readonly #memory = new Memory<Seat>((origin) => ({ origin, weight: 0, seated: undefined, candidate: undefined, offered: 0 }));
  /** How many lists there have been, and the latest. */
  #lists = 0;
  #list: readonly Candidate[] = [];
  /** Whose each slot is, as a place in `#seats`. */
  #table = new Int32Array(0);
  #seats: readonly Seat[] = [];
  #filledAt = 0;
  /** From when on the table is no longer right. */
  #dueAt = Number.POSITIVE_INFINITY;

  constructor({ now }: PolicyEnv) {
    this.#now = now;
  }

  prepare(candidates: readonly Candidate[]): void {
    this.#note(candidates);
    this.afterPick();
  }

  /** Until the table is filled for a list, the one before serves: a newcomer is in it from the next pick on. */
  select(candidates: readonly Candidate[], { key }: { readonly key: string }) {
    if (this.#memory.beginPick() || candidates !== this.#list) this.#note(candidates);
    if (this.#seats.length === 0) this.#fill();
    const keyHash = hash(key, seeds.key);
    const slot = keyHash % size;
    let walked = 0;
    let seat = this.#seatAt(slot);
    const owner = seat;
    while (seat?.offered !== this.#lists && walked < size) {
      walked += 1;
      seat = this.#seatAt((slot + walked) % size);
    }
    const candidate = (walked < size && seat?.candidate) || firstOf(candidates);
    const facts: Slot = { keyHash, slot, owner: owner?.origin.id ?? '', walked, picked: candidate.origin.id, explain };
    return { candidate, facts };
  }

  /** Fills the table where that is due. */
  afterPick(): void {
    if (this.#dueAt !== Number.POSITIVE_INFINITY && this.#now() >= this.#dueAt) this.#fill();
  }

  #seatAt(slot: number): Seat | undefined {
    return this.#seats[this.#table[slot] ?? 0];
  }

  /** Notes who is offered, and when the table must be filled again: at once for one who isn't in it, later for one of another weight. */
  #note(candidates: readonly Candidate[]): void {
    this.#list = candidates;
    this.#lists += 1;
    let place = 0;
    for (const candidate of candidates) {
      const seat = this.#memory.of(candidate.origin, place);
      place += 1;
      seat.offered = this.#lists;
      seat.candidate = candidate;
      seat.weight = candidate.weight;
      if (seat.seated === undefined) this.#dueAt = Number.NEGATIVE_INFINITY;
      else if (seat.seated !== seat.weight) this.#dueAt = Math.min(this.#dueAt, this.#filledAt + patience);
    }
  }

  /** Fills the table for everyone remembered: a list without those already tried must not take their slots away. */
  #fill(): void {
    for (const seat of this.#seats) seat.seated = undefined;
    this.#seats = this.#memory.all().toSorted((a, b) => (a.origin.id < b.origin.id ? -1 : 1));
    for (const seat of this.#seats) seat.seated = seat.weight;
    this.#table = maglevTable(
      size,
      this.#seats.map(({ origin: { id }, weight }) => ({
        offset: hash(id, seeds.offset) % size,
        skip: (hash(id, seeds.skip) % (size - 1)) + 1,
        weight,
      })),
    );
    this.#filledAt = this.#now();
    this.#dueAt = Number.POSITIVE_INFINITY;
  }
}

function explain(this: Slot): string {
  const { keyHash, slot, owner, walked, picked } = this;
  const place = `the key hashes to ${inHex(keyHash)}, slot ${slot} of ${size}, which belongs to ${owner}`;
  return walked === 0 ? place : `${place}; that isn't offered now, and ${walked} further on is a slot of ${picked}`;
}
