// You are here: 17 of 23 in docs/reading.md. Next: brain/dispatch/retry.ts.

import type { Ledger } from './ledger.ts';
import type { Member, WaitEnd } from './member.ts';
import type { Roster } from './roster.ts';
import type { Tally } from './tally.ts';

/** What a lease works with. */
export interface LeaseParts {
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly now: () => number;
}

/**
 * One attempt counted in flight at an origin, until it is released; and what comes of it there, for the origin's figures. It is made
 * by whoever holds the lock.
 */
export class Lease {
  readonly #member: Member;
  readonly #parts: LeaseParts;
  readonly #begun: number;
  #isHeld = true;
  #isTunnel = false;

  constructor(member: Member, parts: LeaseParts) {
    this.#member = member;
    this.#parts = parts;
    this.#begun = parts.now();
    parts.ledger.begin();
    member.figures.count(1);
    member.figures.leasedAt = this.#begun;
  }

  /** Where this thread counts what it does at the origin. */
  get tally(): Tally {
    return this.#member.tally;
  }

  /** Takes in how the wait for the answer ended, for the origin's latency. */
  waited(end: WaitEnd): void {
    const { ledger, now } = this.#parts;
    ledger.exclusively(() => this.#member.waited(now() - this.#begun, end));
  }

  /** The attempt is a tunnel from now on: still in flight, but without a place at the origin. */
  becomeTunnel(): void {
    if (this.#isTunnel || !this.#isHeld) return;
    this.#isTunnel = true;
    this.#member.figures.tunnel(1);
  }

  /** The attempt no longer counts as in flight. Calling it again does nothing. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const { figures, origin } = this.#member;
    if (this.#isTunnel) figures.tunnel(-1);
    if (figures.count(-1) === 0 && this.#member.state === 'draining') this.#parts.roster.finished(origin);
  }
}
