import { isHostOf } from '../brain/route/host.ts';
import type { Route } from '../brain/route/route.ts';
import type { LabelledPool } from './pool-configs.ts';

/**
 * Which pools write their sticky cookie over another's, a sentence each: browsers keep one cookie of a name for a host (RFC 6265 §5.3), and
 * what leads to an origin of one pool means nothing in the other.
 */
export function cookieClashes(pools: readonly LabelledPool[], routes: readonly Route[]): string[] {
  return pools.flatMap((pool, place) => {
    const { sticky } = pool.settings;
    const twin = pools
      .slice(0, place)
      .find((other) => sticky !== undefined && other.settings.sticky === sticky && meet(other, pool, routes));
    if (twin === undefined) return [];
    const what = `the pools ${twin.name} and ${pool.name} have the same cookie for the same hosts, so that who uses both is placed anew each time`;
    return [`${pool.label('sticky')}: ${what}; give each a cookie of its own`];
  });
}

/** Whether a client can come to both pools under one host's name. */
function meet(one: LabelledPool, other: LabelledPool, routes: readonly Route[]): boolean {
  const [toOne, toOther] = [one, other].map(({ name }) => routes.filter(({ action }) => leadsTo(action, name)));
  return (toOne ?? []).some((route) => (toOther ?? []).some((second) => !keepApart(route, second) && haveHostInCommon(route, second)));
}

function leadsTo(action: Route['action'], pool: string): boolean {
  if (action.kind === 'split') return action.shares.some((share) => share.pool === pool && share.share > 0);
  return action.kind === 'pool' && action.pool === pool;
}

/** A split by a key keeps each client in one of its pools. */
function keepApart(one: Route, other: Route): boolean {
  return one === other && one.action.kind === 'split' && one.action.key !== undefined;
}

function haveHostInCommon({ match: { host: one } }: Route, { match: { host: other } }: Route): boolean {
  return one === undefined || other === undefined || isHostOf(one, other) || isHostOf(other, one);
}
