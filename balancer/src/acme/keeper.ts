import { askWhen } from './asking-when.ts';
import { Holdings, type HoldingsParts } from './holdings.ts';
import type { HostStatus } from './kept-host.ts';
import { Orders } from './orders.ts';
import type { RoundParts } from './round.ts';
import { FollowedShowing } from './shared-showing.ts';

/** What a keeper works with; `showing` is where this balancer shows challenges, in all its threads. */
export interface KeeperParts extends Omit<RoundParts, 'signal'>, HoldingsParts {
  /** Whether it orders certificates; one that doesn't takes what another writes into the store. */
  readonly isIssuer: boolean;
  /** A name that no other balancer has. */
  readonly instance: string;
  /** The time between two looks into the store, in ms. */
  readonly every: number;
}

/** How many looks there are from one at the certificates to the next; challenges are looked for each time. */
const looksForCertificates = 5;

/** What others who share the store may be late by, in looks. */
const lag = 2.5;

/** Keeps certificates for hosts: has what is in the store shown, and orders what is missing or comes to its end. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #holdings: Holdings;
  readonly #orders: Orders;
  readonly #followed: FollowedShowing;
  readonly #ending = new AbortController();
  #looks = 0;
  #giveUpLook = () => {};
  /** What is under way. */
  #look: Promise<void> | undefined;
  #ordering: Promise<void> | undefined;
  #asking: Promise<void> | undefined;
  /** What the last look met; told once. */
  #problem: string | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#holdings = new Holdings(parts);
    this.#orders = new Orders({ ...parts, holdings: this.#holdings, lag: parts.every * lag, signal: this.#ending.signal });
    this.#followed = new FollowedShowing(parts.showing, parts.store);
  }

  /** Has shown what is in the store; resolves once it is. Rejects with the system's error where the store can't be used. */
  async open(): Promise<void> {
    await this.#parts.store.open();
    await this.#holdings.takeAll();
  }

  /** Begins to order what is due. To be called once challenges can be shown. */
  start(): void {
    this.#lookIn(0);
  }

  /** Gives up what is under way, so that another may go on; resolves once nothing is. */
  async stop(): Promise<void> {
    this.#ending.abort(new Error('the balancer stops'));
    this.#giveUpLook();
    await this.#look;
    await Promise.all([this.#ordering, this.#asking]);
  }

  /** How each host stands. */
  status(): readonly HostStatus[] {
    return this.#holdings.status();
  }

  /** How many orders have ended in which way since the start. */
  get orders(): { readonly issued: number; readonly failed: number } {
    return this.#orders.counts;
  }

  #lookIn(ms: number): void {
    this.#giveUpLook = this.#parts.clock.after(ms, () => {
      this.#look = this.#lookAround().then(() => {
        if (!this.#ending.signal.aborted) this.#lookIn(this.#parts.every);
      });
    });
  }

  async #lookAround(): Promise<void> {
    await this.#followOthers();
    if (!this.#parts.isIssuer || this.#ending.signal.aborted || this.#ordering) return;
    if (this.#holdings.hosts.some((host) => this.#holdings.isDue(host))) {
      this.#ordering = this.#orders.makeDue().finally(() => {
        this.#ordering = undefined;
      });
    }
    this.#askWhen();
  }

  async #followOthers(): Promise<void> {
    try {
      // Who orders shows its own challenges, and has what it ordered.
      if (this.#ordering) return;
      await this.#followed.follow();
      this.#looks += 1;
      if (this.#looks % looksForCertificates === 0) await this.#holdings.takeAll();
      this.#problem = undefined;
    } catch (error) {
      const problem = `acme: the store cannot be read: ${(error as Error).message}`;
      if (this.#problem !== problem) this.#parts.note(problem);
      this.#problem = problem;
    }
  }

  #askWhen(): void {
    const now = this.#parts.clock.now();
    const unasked = this.#holdings.hosts.filter(({ held, nextAsking }) => held !== undefined && nextAsking <= now);
    if (unasked.length === 0 || this.#asking) return;
    this.#asking = askWhen(unasked, { ...this.#parts, signal: this.#ending.signal }).finally(() => {
      this.#asking = undefined;
    });
  }
}
