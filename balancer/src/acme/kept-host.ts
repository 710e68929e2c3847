import type { Certificate } from './alpn-certificate.ts';
import type { Failure } from './failures.ts';
import { type Held, heldOf } from './held.ts';
import type { RenewalInfo } from './renewal-info.ts';
import { renewalTime } from './when.ts';

/** How a host stands, for the log, the metrics and the page. Times are in ms since 1970. */
export interface HostStatus {
  readonly host: string;
  /** `good` has a certificate that is valid now. */
  readonly state: 'none' | 'good' | 'expired';
  readonly isOrdering: boolean;
  readonly notAfter: number | undefined;
  /** When the next order is due, failures considered. */
  readonly nextOrder: number;
  /** How many orders have failed in a row. */
  readonly failures: number;
  /** Why the last one failed, in a sentence. */
  readonly problem: string | undefined;
}

/** One host that certificates are kept for: what it has, and when it needs another. */
export class KeptHost {
  readonly name: string;
  /** What it has, also where that has expired. */
  held: Held | undefined;
  failure: Failure | undefined;
  /** When the authority wants a renewal, and when it is to be asked again, in ms since 1970. */
  renewalInfo: RenewalInfo | undefined;
  nextAsking = 0;
  isOrdering = false;
  /** Where in the time for a renewal this one is. */
  #chance = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Has another certificate from now on. Throws where it can't be used for this host; then it has what it had. */
  take(certificate: Certificate, chance: number): void {
    this.held = heldOf(certificate, this.name);
    this.#chance = chance;
    this.renewalInfo = undefined;
    this.nextAsking = 0;
  }

  /** When it is to be ordered, in ms since 1970; with what keeps the authority from being asked at all. */
  nextOrder(paused: Failure | undefined): number {
    const wanted = this.held ? renewalTime(this.held, this.#chance, this.renewalInfo) : 0;
    return Math.max(wanted, this.failure?.nextTry ?? 0, paused?.nextTry ?? 0);
  }

  status(now: number, paused: Failure | undefined): HostStatus {
    const { name: host, held, isOrdering } = this;
    const failure = this.failure ?? paused;
    const state = held === undefined ? 'none' : now < held.notAfter ? 'good' : 'expired';
    return {
      ...{ host, state, isOrdering, notAfter: held?.notAfter, nextOrder: this.nextOrder(paused) },
      ...{ failures: failure?.failures ?? 0, problem: failure?.problem },
    };
  }
}
