import type { Origin } from './origin.ts';

/** An origin that may take a request now, with the figures that a policy may weigh. */
export interface Candidate {
  readonly origin: Origin;
  /** The share of requests that it should get now, relative to the other candidates' weights. */
  readonly weight: number;
  /** Attempts under way at this origin, counted by leases. */
  readonly inFlight: number;
}

/** Gives a lease back: the attempt no longer counts as in flight. Calling it again does nothing. */
export type Release = () => void;

class Member implements Candidate {
  readonly origin: Origin;
  inFlight = 0;

  get weight(): number {
    return this.origin.weight;
  }

  constructor(origin: Origin) {
    this.origin = origin;
  }
}

/** The origins and their live figures: background work writes to it, requests read it and count themselves in and out. */
export class Pool {
  #members: readonly Member[];

  readonly #maxConnections: number;

  /** `maxConnections` is the most attempts that may be in flight at one origin. */
  constructor(origins: readonly Origin[], maxConnections: number) {
    this.#members = origins.map((origin) => new Member(origin));
    this.#maxConnections = maxConnections;
  }

  /** The origins that may take a request now, in list order, without those in `except` (the ids of the ones already tried). */
  candidates(except: readonly string[]): readonly Candidate[] {
    const offers = ({ origin, inFlight }: Member) => inFlight < this.#maxConnections && !except.includes(origin.id);
    return this.#members.every(offers) ? this.#members : this.#members.filter(offers);
  }

  /** Counts one attempt in flight at the candidate's origin until the returned function is called. */
  lease(candidate: Candidate): Release {
    const member = candidate as Member;
    let held = true;
    member.inFlight += 1;
    return () => {
      if (held) member.inFlight -= 1;
      held = false;
    };
  }

  /** Every origin with its live figures, as of now, for people to look at. */
  status(): { id: string; url: string; inFlight: number }[] {
    return this.#members.map(({ origin, inFlight }) => ({ id: origin.id, url: origin.url.origin, inFlight }));
  }
}
