import type { Origin } from './origin.ts';
import { PeakEwma } from './peak-ewma.ts';
import type { Candidate } from './pool.ts';
import type { Standing, State } from './standing.ts';

/** What probes and connections say of an origin: `unsure` before the first probe of one that was added later. */
export type Health = 'unsure' | 'up' | 'down';

/** What ended the wait for an attempt: the origin's response began, the attempt failed, or the client left first. */
export type WaitEnd = 'responded' | 'failed' | 'abandoned';

/** A failed attempt counts as at least so slow, in ms: an origin that fails fast must not look fast. */
const failedMs = 1000;

/** One origin in the pool: its live figures, and how it stands. */
export class Member implements Candidate {
  origin: Origin;
  weight: number;
  inFlight = 0;
  standing: Standing;
  /** When it came back to where it takes requests, in ms on the pool's clock; nothing for one that never was out. */
  backSince: number | undefined;
  health: Health;
  /** Whether a probe, not only failed connections, found it down. */
  probedDown = false;
  ejected = false;
  draining = false;
  readonly #latency = new PeakEwma();
  readonly #now: () => number;
  /** Why it is in each of the states that it may be in at once, in words. */
  readonly #reasons = { health: '', ejection: '', drain: '' };

  constructor(origin: Origin, health: Health, reason: string, now: () => number) {
    this.origin = origin;
    this.#now = now;
    this.weight = origin.weight;
    this.health = health;
    this.#reasons.health = reason;
    this.standing = { state: this.#state(), reason, since: now() };
  }

  get latencyMs(): number {
    return this.#latency.read(this.#now());
  }

  /** Takes in how long an attempt waited, in ms. Of one whose client left, only that it would have taken longer. */
  waited(ms: number, end: WaitEnd): void {
    if (end === 'abandoned' && ms < this.latencyMs) return;
    this.#latency.observe(end === 'failed' ? Math.max(ms, failedMs) : ms, this.#now());
  }

  get isReady(): boolean {
    return this.standing.state === 'ready';
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
    if (this.draining) return this.inFlight > 0 ? 'draining' : 'drained';
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
