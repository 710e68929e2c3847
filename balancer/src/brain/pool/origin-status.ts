import { locationOf, type ProxyProtocol } from '../select/origin.ts';
import type { Member } from './member.ts';
import { inWords, type State } from './standing.ts';

/** An origin as the admin side shows it. */
export interface OriginStatus {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  /** Its share of requests now, relative to the others' weights: less than `weight` while it warms up. */
  readonly effectiveWeight: number;
  readonly backup: boolean;
  /** The version of the PROXY protocol by which connections to it say whom each is for; null where they don't. */
  readonly proxyProtocol: ProxyProtocol | null;
  readonly state: State;
  readonly reason: string;
  /** How long it has been in that state, in ms. */
  readonly forMs: number;
  /** State, time and reason in one line. */
  readonly summary: string;
  readonly inFlight: number;
  /** How many of those are tunnels. */
  readonly tunnels: number;
}

/** How a member of a pool is, at that time in ms on the pool's clock. */
export function statusOf({ origin, weight, standing, figures: { inFlight, tunnels } }: Member, now: number): OriginStatus {
  return {
    ...{ id: origin.id, url: locationOf(origin), weight: origin.weight, effectiveWeight: weight, backup: origin.backup },
    proxyProtocol: origin.proxyProtocol ?? null,
    ...{ state: standing.state, reason: standing.reason, forMs: Math.round(now - standing.since), summary: inWords(standing, now) },
    ...{ inFlight, tunnels },
  };
}
