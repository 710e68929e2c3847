import type { KeySource } from '../../../balancer/src/brain/route/key-source.ts';
import type { PoolShare, Route, RouteAction } from '../../../balancer/src/brain/route/route.ts';
import type { Limited, Routed } from '../../../balancer/src/brain/route/routed.ts';
import type { Asked } from '../../../balancer/src/simulate/asked.ts';
import type { SimulatedThread } from '../../../balancer/src/simulate/thread.ts';
import { Bucket, rounding } from './bucket.ts';
import { must } from './violation.ts';

/** Where a key went, under which shares. */
interface Home {
  readonly shares: readonly PoolShare[];
  readonly pool: string;
}

/**
 * Checks what routes make of requests, by its own reading of them: the first that takes a request decides; a key stays in its pool, on every
 * thread and in every balancer, and when shares change it moves only if it must; a limit lets through what it may, over all threads, and
 * turns nobody away before.
 */
export class RoutesCheck {
  /** Of each limit, which has a memory of its own in each balancer, the bucket of each key. */
  readonly #buckets = new WeakMap<object, Map<string, Bucket>>();
  readonly #homes = new Map<string, Home[]>();

  /** Takes in what a thread made of a request, at a time in ms. */
  routed(routed: Routed, asked: Asked, { shared }: SimulatedThread, now: number): void {
    const expected = shared?.all.find((route) => takes(route, asked));
    const route = routed.kind === 'nowhere' ? undefined : routed.route;
    must(
      route === expected,
      `route ${route?.number ?? 'none'} took ${asked.host}${asked.target}, and route ${expected?.number ?? 'none'} should`,
    );
    if (!route) return;
    const isDenied = route.deny !== undefined && isLow(asked.client);
    must(
      isDenied === (routed.kind === 'denied'),
      `${asked.client} was ${routed.kind}, and is ${isDenied ? '' : 'not '}denied by route ${route.number}`,
    );
    if (isDenied) return;
    this.#checkLimit(route, routed, asked, shared?.bucketsOf(route), now);
    if (routed.kind !== 'limited') this.#checkAction(route.action, routed, asked);
  }

  #checkLimit({ rateLimit, number }: Route, routed: Routed, asked: Asked, memory: object | undefined, now: number): void {
    if (!rateLimit || !memory) {
      must(routed.kind !== 'limited', `route ${number} has no limit, and turned ${asked.client} away`);
      return;
    }
    const buckets = this.#buckets.get(memory) ?? new Map<string, Bucket>();
    this.#buckets.set(memory, buckets);
    const key = rateLimit.key ? keyOf(rateLimit.key, asked) : '';
    const bucket = buckets.get(key) ?? new Bucket(rateLimit, now);
    buckets.set(key, bucket);
    if (routed.kind === 'limited') checkLimited(routed, bucket, now);
    else must(bucket.take(now), `route ${number} let more through than ${rateLimit.rate} a second and ${rateLimit.burst} at once`);
  }

  #checkAction(action: RouteAction, routed: Routed, asked: Asked): void {
    must(routed.kind === (action.kind === 'split' ? 'pool' : action.kind), `a route that is to ${action.kind} did ${routed.kind}`);
    if (routed.kind !== 'pool') return;
    if (action.kind === 'pool') must(routed.pool === action.pool, `a route to ${action.pool} led to ${routed.pool}`);
    if (action.kind === 'split') this.#checkSplit(action.shares, action.key, routed.pool, asked);
  }

  #checkSplit(shares: readonly PoolShare[], source: KeySource | undefined, pool: string, asked: Asked): void {
    must(shareOf(pool, shares) > 0, `a split led to ${pool}, which has no share`);
    if (!source) return;
    const among = shares.map((share) => share.pool).join();
    const name = `${keyOf(source, asked)} among ${among}`;
    const homes = this.#homes.get(name) ?? [];
    this.#homes.set(name, homes);
    for (const home of homes) checkMove(name, home, { shares, pool });
    if (!homes.some((home) => home.shares === shares)) homes.push({ shares, pool });
  }
}

/** Whether a route takes a request, whose path can be read in one way only. */
function takes({ match: { host, path, methods } }: Route, asked: Asked): boolean {
  if (methods && !methods.includes(asked.method)) return false;
  if (host !== undefined && !(host.startsWith('*') ? asked.host.endsWith(host.slice(1)) : asked.host === host)) return false;
  return path === undefined || `${asked.target.replace(/\?.*/, '')}/`.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** Whether an address is in 10.0.0.0/29, the only block that is ever denied. */
function isLow(client: string): boolean {
  return /^10\.0\.0\.[0-7]$/.test(client);
}

function keyOf({ from }: KeySource, { client, headers }: Asked): string {
  return from === 'cookie' ? String(headers['cookie']) : client;
}

function shareOf(pool: string, shares: readonly PoolShare[]): number {
  return shares.find((share) => share.pool === pool)?.share ?? 0;
}

/** Between two sets of shares a key moves only from a pool whose share is smaller in the other, or to one whose share is greater. */
function checkMove(name: string, one: Home, other: Home): void {
  if (one.pool === other.pool) return;
  const shrank = shareOf(one.pool, other.shares) < shareOf(one.pool, one.shares);
  const grew = shareOf(other.pool, other.shares) > shareOf(other.pool, one.shares);
  must(shrank || grew, `key ${name} is in ${one.pool} and in ${other.pool}, and no share made it move`);
}

function checkLimited({ retryAfter, route }: Limited, bucket: Bucket, now: number): void {
  const wait = bucket.waitAt(now);
  must(wait > 0, `route ${route.number} turned away what it may let through`);
  // Rounding may be on either side of a whole second.
  const isRight = [wait - rounding, wait + rounding].some((seconds) => retryAfter === Math.max(1, Math.ceil(seconds)));
  must(isRight, `route ${route.number} says ${retryAfter} s, and there is a token after ${wait.toFixed(3)} s`);
}
