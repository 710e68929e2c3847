import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type Failure, ofAuthority } from './failures.ts';
import type { Holdings } from './holdings.ts';
import type { KeptHost } from './kept-host.ts';
import { Lock } from './lock.ts';
import { AcmeProblem } from './problem.ts';
import { Round, type RoundParts } from './round.ts';
import { SharedShowing } from './shared-showing.ts';
import { waitAfter } from './when.ts';
import { within } from './words.ts';

/** What orders are made with. */
export interface OrdersParts extends RoundParts {
  readonly holdings: Holdings;
  /** A name that no other balancer has. */
  readonly instance: string;
  /** How long others that share the store may take to show what is in it, in ms. */
  readonly lag: number;
  readonly clock: Clock;
  readonly note: (message: string) => void;
}

/** Orders what is due, one balancer at a time, and remembers what has failed. */
export class Orders {
  readonly #parts: OrdersParts;
  readonly #lock: Lock;
  #waitsFor: string | undefined;
  /** How many have ended in which way since the start. */
  readonly counts = { issued: 0, failed: 0 };

  constructor(parts: OrdersParts) {
    this.#parts = parts;
    this.#lock = new Lock(join(parts.store.folder, 'lock'), parts.instance, parts.clock);
  }

  /** Orders for all hosts that need it, one after the other, unless another balancer does. Never rejects. */
  async makeDue(): Promise<void> {
    const lost = new AbortController();
    try {
      if (!(await this.#lock.take(() => lost.abort(new Error('another balancer has taken the lock'))))) return this.#noteWaiting();
      this.#waitsFor = undefined;
      await this.#makeAll(AbortSignal.any([this.#parts.signal, lost.signal]));
    } catch (error) {
      await this.#putOff(error as Error);
    } finally {
      await this.#lock.release().catch(() => {});
    }
  }

  async #makeAll(signal: AbortSignal): Promise<void> {
    const { holdings, store, showing: own, clock, lag } = this.#parts;
    const round = new Round({ ...this.#parts, signal, showing: new SharedShowing({ own, store, clock, lag, signal }) });
    try {
      await store.removeChallenges();
      for (const host of holdings.hosts) {
        if (signal.aborted) return;
        // Another may have ordered it, or found out that the authority wants to be left alone.
        await holdings.takeOne(host);
        if (holdings.isDue(host)) await this.#makeOne(host, round, signal);
      }
    } finally {
      round.end();
    }
  }

  async #makeOne(host: KeptHost, round: Round, signal: AbortSignal): Promise<void> {
    host.isOrdering = true;
    try {
      await this.#issue(host, round);
    } catch (error) {
      // What was given up is no failure.
      if (!signal.aborted) await this.#fail(host, error);
    } finally {
      host.isOrdering = false;
    }
  }

  async #issue(host: KeptHost, round: Round): Promise<void> {
    const { holdings, store, note } = this.#parts;
    const certificate = await round.order(host);
    // First to the store: authorities count what they give, and it would be gone with the process.
    await store
      .keep(host.name, certificate)
      .catch((error: Error) =>
        note(`acme: ${host.name}: its new certificate is not in the store, and is gone at the next start: ${error.message}`),
      );
    await holdings.failures.forget(host.name);
    await holdings.failures.forget(ofAuthority);
    host.failure = undefined;
    await holdings.have(host, certificate);
    this.counts.issued += 1;
  }

  async #fail(host: KeptHost, error: unknown): Promise<void> {
    const { holdings, clock } = this.#parts;
    const concerned = error instanceof AcmeProblem && error.isOfHost ? host.name : ofAuthority;
    const failure = await this.#remember(concerned, error);
    if (concerned === host.name) host.failure = failure;
    const { held } = host;
    const meanwhile = held && clock.now() < held.notAfter ? 'the certificate that it has stays in use' : 'it has no certificate';
    this.#note(`${host.name}: ${failure.problem}; ${meanwhile}`, concerned, failure);
    this.counts.failed += 1;
    await holdings.takePause().catch(() => {});
  }

  /** The store is the matter; nobody outside was asked. */
  async #putOff(error: Error): Promise<void> {
    const failure = await this.#remember(ofAuthority, error);
    this.#note(`nothing can be ordered: ${failure.problem}`, ofAuthority, failure);
    await this.#parts.holdings.takePause().catch(() => {});
  }

  async #remember(concerned: string, error: unknown): Promise<Failure> {
    const { holdings, clock } = this.#parts;
    const { retryAfter, isLimited } = error instanceof AcmeProblem ? error : new AcmeProblem('');
    const failures = ((await holdings.failures.of(concerned).catch(() => undefined))?.failures ?? 0) + 1;
    const wait = waitAfter({ failures, retryAfter, isLimited }, clock.random());
    const failure = { failures, problem: error instanceof Error ? error.message : String(error), nextTry: clock.now() + wait };
    await holdings.failures.keep(concerned, failure);
    return failure;
  }

  #note(what: string, concerned: string, { nextTry }: Failure): void {
    const { holdings, clock, note } = this.#parts;
    const wait = within(nextTry - clock.now());
    note(`acme: ${what}; next try in ${wait}, or as soon as ${holdings.failures.pathOf(concerned)} is removed`);
  }

  #noteWaiting(): void {
    const holder = this.#lock.holder ?? 'another balancer';
    if (this.#waitsFor === holder) return;
    this.#waitsFor = holder;
    this.#parts.note(`acme: certificates are being ordered by ${holder}, which has the store's lock`);
  }
}
