import type { Member } from './member.ts';
import type { State } from './standing.ts';

/** What probes and connections say of an origin: `unsure` before the first probe of one that was added later. */
export type Health = 'unsure' | 'up' | 'down';

/** What may keep an origin from being ready, each with its reason in words. */
export type Ground = 'health' | 'ejection' | 'drain' | 'hold';

/** What is found out about an origin, or done to it. */
export type Findings = Partial<Pick<Verdict, 'health' | 'probedDown' | 'ejected' | 'draining' | 'held'>>;

/** What the main thread knows of an origin, from which it follows how it stands; it alone writes that into the ledger. */
export class Verdict {
  health: Health;
  /** Whether a probe, not only failed connections, found it down. */
  probedDown = false;
  ejected = false;
  draining = false;
  /** Whether it gets nothing yet even if it is well, since others that come with it are not. */
  held = false;
  readonly #member: Member;
  readonly #reasons: Record<Ground, string> = { health: '', ejection: '', drain: '', hold: '' };
  #latest = '';

  /** The first verdict on a member whose place in the ledger is empty. */
  constructor(member: Member, health: Health, reason: string, now: number) {
    this.#member = member;
    this.health = health;
    Object.assign(member.figures, { backSince: Number.NEGATIVE_INFINITY, since: now });
    this.reweigh();
    this.change('health', reason, { health });
    this.#write(this.#state());
  }

  /** Whether a probe found it down, and none has found it well since. */
  get isFoundDown(): boolean {
    return this.health === 'down' && this.probedDown;
  }

  /** Whether it is well, and waits for others that come with it. */
  get isWellHeld(): boolean {
    return this.held && this.health === 'up' && !this.draining;
  }

  /** Takes in that its configured weight may be another. */
  reweigh(): void {
    const { figures, origin } = this.#member;
    Object.assign(figures, { weight: origin.weight, effectiveWeight: origin.weight });
  }

  /** Takes in what has changed, and the reason for it. */
  change(ground: Ground, reason: string, findings: Findings): void {
    Object.assign(this, findings);
    this.#reasons[ground] = reason;
    this.#latest = reason;
  }

  /**
   * Works out the state after a change; to be called by whoever holds the lock. True if it is another one. Who reads without the
   * lock may see when it began a moment before it does, and never the state without that.
   */
  restate(now: number): boolean {
    const { figures, state: before } = this.#member;
    const state = this.#state();
    const isAnother = state !== before;
    if (isAnother) Object.assign(figures, { since: now, backSince: state === 'ready' ? now : Number.NEGATIVE_INFINITY });
    this.#write(state);
    return isAnother;
  }

  #state(): State {
    if (this.draining) return this.#drainState();
    if (this.health === 'down') return 'down';
    if (this.ejected) return 'ejected';
    return this.health === 'unsure' || this.held ? 'starting' : 'ready';
  }

  /**
   * First that it drains, then whether anything runs: whoever ends the last attempt counts it out first and then looks at the
   * state, so that one of the two notices.
   */
  #drainState(): State {
    if (this.#member.state !== 'drained') this.#member.figures.state = 'draining';
    return this.#member.figures.isIdle ? 'drained' : 'draining';
  }

  #write(state: State): void {
    const { figures } = this.#member;
    figures.isWorthATry = !this.draining && !this.isFoundDown && !this.held;
    figures.state = state;
    this.#member.words = { state, reason: this.#reasonFor(state) };
  }

  /** It is ready for the latest reason, whatever that was about. */
  #reasonFor(state: State): string {
    const { health, ejection, drain, hold } = this.#reasons;
    if (state === 'ready') return this.#latest;
    if (state === 'ejected') return ejection;
    if (this.isWellHeld) return hold;
    if (state === 'draining') return `${drain}, finishes what runs`;
    return state === 'drained' ? `${drain}, nothing runs any more` : health;
  }
}
