import { networkOf } from '../network.ts';
import type { RouteRequest } from './asked.ts';
import { type KeySource, keyInWords } from './key-source.ts';
import type { Block, RateLimit, Route } from './route.ts';
import { nameOf } from './route-name.ts';
import type { Denied, Limited } from './routed.ts';

/** What tells requests apart for a rate limit or a split. */
export type KeyOf = (source: KeySource, request: RouteRequest) => string;

/** The buckets of a rate limit: see RateTable. */
export interface Buckets {
  /** Takes a token out of a key's bucket, and returns 0; where it is empty, the whole seconds after which to come again. */
  take(key: string, now: number): number;
}

/** What gates need of the world. */
export interface GateEnv {
  readonly keyOf: KeyOf;
  /** The time in ms, on a clock that all threads share. */
  readonly now: () => number;
  /** Makes the rule that says whether an address is in one of some blocks. */
  readonly isIn: (blocks: readonly Block[]) => (address: string) => boolean;
  /** The buckets of a route's rate limit. */
  readonly bucketsOf: (route: Route) => Buckets;
}

/** What a route does first with the requests that it takes: lets in whoever may come, and as often as they may. */
export type Gate = (request: RouteRequest) => Denied | Limited | undefined;

/** The gate of a route; nothing where everybody may come as often as they like. */
export function gateOf(route: Route, env: GateEnv): Gate | undefined {
  const [addresses, rate] = [addressGate(route, env), rateGate(route, env)];
  if (!addresses || !rate) return addresses ?? rate;
  return (request) => addresses(request) ?? rate(request);
}

function addressGate(route: Route, { isIn }: GateEnv): Gate | undefined {
  const { allow, deny } = route;
  if (!allow && !deny) return undefined;
  const isAllowed = allow ? isIn(allow) : () => true;
  const isDenied = isIn(deny ?? []);
  return ({ client }) => {
    if (isAllowed(client) && !isDenied(client)) return undefined;
    return { kind: 'denied', route, why: `${nameOf(route)} does not let ${client} in` };
  };
}

function rateGate(route: Route, env: GateEnv): Gate | undefined {
  const { rateLimit: limit } = route;
  if (!limit) return undefined;
  const buckets = env.bucketsOf(route);
  const why = `${nameOf(route)} lets in ${inWords(limit)}, and this was one more`;
  return (request) => {
    const retryAfter = buckets.take(limit.key ? bucketKey(limit.key, request, env) : '', env.now());
    return retryAfter > 0 ? { kind: 'limited', route, retryAfter, why } : undefined;
  };
}

function inWords({ rate, burst, key }: RateLimit): string {
  return `${rate} requests a second, ${burst} at once${key ? `, by ${keyInWords(key)}` : ''}`;
}

/** Whose bucket a request's is. One IPv6 line has more addresses than there are buckets, so that they count as one. */
function bucketKey(source: KeySource, request: RouteRequest, { keyOf }: GateEnv): string {
  const key = keyOf(source, request);
  return key === request.client ? networkOf(key) : key;
}
