import type { RouteRequest } from './asked.ts';
import type { KeyOf } from './gate.ts';
import { keyInWords } from './key-source.ts';
import { PathPrefix, withoutSlashes } from './path-prefix.ts';
import { withBytesEncoded } from './readings.ts';
import type { PoolShare, Route, RouteAction } from './route.ts';
import { nameOf } from './route-name.ts';
import type { Redirected, Responded, RoutedToPool, Unclear } from './routed.ts';
import { Split } from './split.ts';

/** What actions need of the world. */
export interface CourseEnv {
  readonly keyOf: KeyOf;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** What a route does with a request that it takes and lets in. */
export type Course = (request: RouteRequest) => RoutedToPool | Redirected | Responded | Unclear;

type Does<Kind extends RouteAction['kind']> = Extract<RouteAction, { kind: Kind }>;

/** What a route does. Throws where it splits requests among nobody. */
export function courseOf(route: Route, env: CourseEnv): Course {
  const { action } = route;
  switch (action.kind) {
    case 'pool':
      return withTarget(route, always({ kind: 'pool', route, pool: action.pool, why: `${nameOf(route)} leads to pool ${action.pool}` }));
    case 'split':
      return withTarget(route, splitting(route, action, env));
    case 'redirect':
      return redirecting(route, action);
    case 'respond': {
      const { status, text, retryAfter } = action;
      const after = retryAfter === undefined ? {} : { retryAfter };
      return always({ kind: 'respond', route, status, text, ...after, why: `${nameOf(route)} answers it` });
    }
  }
}

const always =
  <Result>(result: Result) =>
  () =>
    result;

type ToPool = (request: RouteRequest) => RoutedToPool;

/** Takes the path off the target, where a route says so. */
function withTarget(route: Route, toPool: ToPool): Course {
  const { path } = route.match;
  if (!route.stripPrefix || path === undefined) return toPool;
  const prefix = new PathPrefix(path);
  const why = `${nameOf(route)} can not take its path off, since the request spells it otherwise`;
  return (request) => {
    const rest = prefix.restOf(request.target);
    if (rest === undefined) return { kind: 'unclear', route, why };
    return { ...toPool(request), target: `/${withoutSlashes(rest)}` };
  };
}

function splitting(route: Route, { shares, key }: Does<'split'>, { keyOf, random }: CourseEnv): ToPool {
  const split = new Split(shares);
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  const by = key ? keyInWords(key) : 'chance';
  const why = (pool: string, share: number) => `${nameOf(route)} split it: ${pool}, ${share} of ${total}, by ${by}`;
  const results = new Map<PoolShare, RoutedToPool>();
  for (const each of shares) results.set(each, { kind: 'pool', route, pool: each.pool, why: why(each.pool, each.share) });
  return (request) => {
    const share = key ? split.byKey(keyOf(key, request)) : split.byChance(random());
    return results.get(share) as RoutedToPool;
  };
}

function redirecting(route: Route, { to, status }: Does<'redirect'>): Course {
  const prefix = new PathPrefix(route.match.path ?? '/');
  const isBase = to.endsWith('/') && !/[?#]/.test(to);
  const why = `${nameOf(route)} sends its client on`;
  return ({ target }) => {
    const rest = isBase ? prefix.restOf(target) : undefined;
    return { kind: 'redirect', route, status, location: to + withBytesEncoded(withoutSlashes(rest ?? '')), why };
  };
}
