import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { ofAuthority } from './failures.ts';
import type { Holdings } from './holdings.ts';
import type { KeptHost } from './kept-host.ts';
import { Lock } from './lock.ts';
import { AcmeProblem } from './problem.ts';
import { Round, type RoundParts } from './round.ts';
import { SharedShowing } from './shared-showing.ts';
import { waitAfter } from './when.ts';
import { minutes } from './words.ts';

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
      this.#putOff(error as Error);
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
    this.counts.issued += 1;
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
  }

  async #fail(host: KeptHost, error: unknown): Promise<void> {
    const { holdings, clock, note } = this.#parts;
    this.counts.failed += 1;
    const { isOfHost, retryAfter, isLimited } = error instanceof AcmeProblem ? error : new AcmeProblem('');
    const concerned = isOfHost ? host.name : ofAuthority;
    const failures = ((await holdings.failures.of(concerned).catch(() => undefined))?.failures ?? 0) + 1;
    const wait = waitAfter({ failures, retryAfter, isLimited }, clock.random());
    const problem = error instanceof Error ? error.message : String(error);
    const failure = { failures, problem, nextTry: clock.now() + wait };
    if (isOfHost) host.failure = failure;
    else holdings.pause(failure);
    await holdings.failures.keep(concerned, failure);
    const { held } = host;
    const meanwhile = held && clock.now() < held.notAfter ? 'the certificate that it has stays in use' : 'it has no certificate';
    note(
      `acme: ${host.name}: ${problem}; ${meanwhile}; next try in ${minutes(wait)}, or as soon as ${holdings.failures.pathOf(concerned)} is removed`,
    );
  }

  /** The store is the matter; nobody outside was asked. */
  #putOff(error: Error): void {
    const { holdings, clock, note } = this.#parts;
    holdings.pause({ failures: 1, problem: error.message, nextTry: clock.now() + 60_000 });
    note(`acme: nothing can be ordered: ${error.message}; next try in 1 min`);
  }

  #noteWaiting(): void {
    const holder = this.#lock.holder ?? 'another balancer';
    if (this.#waitsFor === holder) return;
    this.#waitsFor = holder;
    this.#parts.note(`acme: certificates are being ordered by ${holder}, which has the store's lock`);
  }
}
