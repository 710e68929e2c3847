import type { Figures } from './figures.ts';
import type { Origin } from './origin.ts';
import { PeakEwma } from './peak-ewma.ts';
import type { Candidate } from './pool.ts';
import type { Standing, State } from './standing.ts';
import type { Tally } from './tally.ts';

/** What probes and connections say of an origin: `unsure` before the first probe of one that was added later. */
export type Health = 'unsure' | 'up' | 'down';

/** What ended the wait for an attempt: the origin's response began, the attempt failed, or the client left first. */
export type WaitEnd = 'responded' | 'failed' | 'abandoned';

/** A failed attempt counts as at least so slow, in ms: an origin that fails fast must not look fast. */
const failedMs = 1000;

/** Connections that fail in a row, with no success between, until an origin is out. */
export const lostConnections = 2;

/** A place in the ledger. */
export interface Place {
  readonly slot: number;
  readonly figures: Figures;
  /** Where this thread counts what it does there. */
  readonly tally: Tally;
}

/** What another thread needs to know of a member; its figures are in the ledger. */
export interface MemberSnapshot {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  readonly backup: boolean;
  readonly slot: number;
  readonly health: Health;
  readonly probedDown: boolean;
  readonly ejected: boolean;
  readonly draining: boolean;
  readonly backSince: number | undefined;
  readonly standing: Standing;
}

/** One origin in the pool: its live figures, and how it stands. */
export class Member implements Candidate {
  origin: Origin;
  weight: number;
  /** Where its figures are in the ledger, and what they are. */
  readonly slot: number;
  readonly figures: Figures;
  readonly tally: Tally;
  standing: Standing;
  /** When it came back to where it takes requests, in ms on the pool's clock; nothing for one that never was out. */
  backSince: number | undefined;
  health: Health;
  /** Whether a probe, not only failed connections, found it down. */
  probedDown = false;
  ejected = false;
  draining = false;
  /** Whether every thread knows that it drains, so that nothing new begins there. */
  isSettled = true;
  readonly #latency: PeakEwma;
  readonly #now: () => number;
  /** Why it is in each of the states that it may be in at once, in words. */
  readonly #reasons = { health: '', ejection: '', drain: '' };

  constructor(origin: Origin, { slot, figures, tally }: Place, health: Health, reason: string, now: () => number) {
    this.origin = origin;
    this.slot = slot;
    this.figures = figures;
    this.tally = tally;
    this.#latency = new PeakEwma(figures);
    this.#now = now;
    this.weight = origin.weight;
    this.health = health;
    this.#reasons.health = reason;
    this.standing = { state: this.#state(), reason, since: now() };
  }

  get inFlight(): number {
    return this.figures.inFlight;
  }

  /** Whether anything runs there, or may be about to. */
  get isBusy(): boolean {
    return this.inFlight > 0 || !this.isSettled;
  }

  get latencyMs(): number {
    return this.#latency.read(this.#now());
  }

  /** Takes in how long an attempt waited, in ms. Of one whose client left, only that it would have taken longer. */
  waited(ms: number, end: WaitEnd): void {
    if (end === 'abandoned' && ms < this.latencyMs) return;
    this.#latency.observe(end === 'failed' ? Math.max(ms, failedMs) : ms, this.#now());
  }

  /** All of it that is not in the ledger, for another thread. */
  snapshot(): MemberSnapshot {
    const { origin, slot, health, probedDown, ejected, draining, backSince, standing } = this;
    const { id, url, weight, backup } = origin;
    return { ...{ id, url: url.href, weight, backup, slot }, ...{ health, probedDown, ejected, draining, backSince, standing } };
  }

  /** Becomes what another thread says of it. */
  mirror({ health, probedDown, ejected, draining, backSince, standing, weight, backup }: MemberSnapshot): void {
    Object.assign(this, { health, probedDown, ejected, draining, backSince, standing });
    if (weight === this.origin.weight && backup === this.origin.backup) return;
    this.origin = { ...this.origin, weight, backup };
    this.weight = weight;
  }

  get isReady(): boolean {
    return this.standing.state === 'ready';
  }

  /** Whether it takes no requests, or is about to: this thread may know before the one that decides. */
  get isOut(): boolean {
    return !this.isReady || this.figures.lost >= lostConnections;
  }

  /** Whether it may be tried when nobody is ready: nobody wants it out, and no probe found it down. */
  get isWorthATry(): boolean {
    return !this.draining && !(this.health === 'down' && this.probedDown);
  }

  /** Works out the standing again after a change, for which a reason is given. True if the state is another. */
  restate(about: 'health' | 'ejection' | 'drain', reason: string, now: number): boolean {
    this.#reasons[about] = reason;
    const state = this.#state();
    if (state === this.standing.state) {
      this.standing = { ...this.standing, reason: this.#reasonFor(state, reason) };
      return false;
    }
    this.standing = { state, reason: this.#reasonFor(state, reason), since: now };
    this.backSince = state === 'ready' ? now : undefined;
    return true;
  }

  #state(): State {
    if (this.draining) return this.isBusy ? 'draining' : 'drained';
    if (this.health === 'down') return 'down';
    if (this.ejected) return 'ejected';
    return this.health === 'unsure' ? 'starting' : 'ready';
  }

  /** It is ready for the latest reason, whatever that was about. */
  #reasonFor(state: State, latest: string): string {
    if (state === 'ready') return latest;
    if (state === 'ejected') return this.#reasons.ejection;
    return state === 'draining' || state === 'drained' ? this.#reasons.drain : this.#reasons.health;
  }
}
