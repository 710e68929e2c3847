import { Agent } from 'node:https';
import type { Certificate } from './alpn-certificate.ts';
import type { AskTerms } from './ask.ts';
import { Authority } from './authority.ts';
import type { ChallengeType, Showing } from './challenges.ts';
import type { Clock } from './clock.ts';
import { heldOf } from './held.ts';
import type { KeptHost } from './kept-host.ts';
import { order } from './order.ts';
import { AcmeProblem } from './problem.ts';
import type { Store } from './store.ts';

/** Who is asked for certificates, and as whom. */
export interface AuthorityTerms {
  /** Its directory's address. */
  readonly directory: string;
  /** Where it may write to the account's owner. */
  readonly email: string | undefined;
  /** Who may have signed its own certificate, PEM; without it, those whom everybody trusts. */
  readonly ca: string | undefined;
  /** The longest that it may take for an answer, in ms. */
  readonly timeout: number;
}

/** What one round of orders works with. */
export interface RoundParts extends AuthorityTerms {
  readonly store: Store;
  readonly showing: Showing;
  /** Kinds of challenges, the best first. */
  readonly types: readonly ChallengeType[];
  readonly clock: Clock;
  /** Gives up all of it. */
  readonly signal: AbortSignal;
}

/** One round of orders, with one connection to the authority and one account. For whoever has the lock. */
export class Round {
  readonly #parts: RoundParts;
  readonly #agent: Agent;
  #authority: Authority | undefined;

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.#agent = new Agent({ ca: parts.ca });
  }

  /** Orders a certificate that can be used for a host. Rejects with an AcmeProblem, of the authority where it can't be asked for any host. */
  async order(host: KeptHost): Promise<Certificate> {
    const { store, showing, types, clock, signal } = this.#parts;
    const accountKey = await store.accountKey();
    this.#authority ??= await this.#registered();
    // What has failed by one way may go by the other.
    const inTurn = (host.failure?.failures ?? 0) % 2 === 0 ? types : types.toReversed();
    const replaces = this.#authority.directory.renewalInfo === undefined ? undefined : host.held?.name;
    const certificate = await order(this.#authority, { host: host.name, accountKey, types: inTurn, showing, clock, signal, replaces });
    check(certificate, host.name);
    return certificate;
  }

  end(): void {
    this.#agent.destroy();
  }

  async #registered(): Promise<Authority> {
    const { directory, email, store, timeout, signal, clock } = this.#parts;
    const terms: AskTerms = { agent: this.#agent, timeout, signal, now: clock.now };
    try {
      return await Authority.of(directory, await store.accountKey(), email, terms);
    } catch (error) {
      // Whatever is refused here is refused for every host.
      if (error instanceof AcmeProblem) throw new AcmeProblem(error.message, { ...error, isOfHost: false });
      throw error;
    }
  }
}

function check(certificate: Certificate, host: string): void {
  try {
    heldOf(certificate, host);
  } catch (error) {
    throw new AcmeProblem(`the certificate that came cannot be used: ${(error as Error).message}`, { isOfHost: true });
  }
}
