import { type RequestHandler, Router } from 'express';
import type { PoolStatus } from './api.ts';
import { dial } from './dial.ts';
import { faults } from './faults.ts';
import { type MembershipParts, membership } from './membership.ts';
import { pausing } from './pausing.ts';
import { refuse } from './refuse.ts';
import type { ShownPool, ShownPools } from './shown-pool.ts';
import { steering } from './steering.ts';

/** What can be done to each pool. */
export interface PoolSideParts extends MembershipParts {
  /** Switches a pool to the policy of that name; resolves with what is wrong with the name, if anything is. */
  readonly choosePolicy: (pool: ShownPool, name: string) => Promise<string | undefined>;
  /** Stands before what is for demonstrations only. */
  readonly demo: RequestHandler;
  /** All about a pool. */
  readonly statusOf: (pool: ShownPool) => PoolStatus;
}

/** Paths of a pool that are also there without its name, where there is one pool only. */
const short = ['/policy', '/faults', '/origins', '/deploy', '/pause', '/resume'];

/**
 * What can be asked and done in one pool: under `/pools/NAME`, and without that where there is only one; where there are several,
 * whoever names none is told their names (409).
 */
export function poolSides(pools: ShownPools, parts: PoolSideParts): Router {
  const sides = new WeakMap<ShownPool, Router>();
  const sideOf = (pool: ShownPool): Router => {
    const known = sides.get(pool);
    if (known) return known;
    const side = sideFor(pool, parts);
    sides.set(pool, side);
    return side;
  };
  const named: RequestHandler<{ pool: string }> = (req, res, next) => {
    const pool = pools.named(req.params.pool);
    if (pool) sideOf(pool)(req, res, next);
    else refuse(req, res, 404, `there is no pool ${req.params.pool.slice(0, 64)}; there are ${namesOf(pools)}`);
  };
  const only: RequestHandler = (req, res, next) => {
    const [pool, ...others] = pools.all;
    if (!short.some((path) => req.path === path || req.path.startsWith(`${path}/`))) next();
    else if (pool && others.length === 0) sideOf(pool)(req, res, next);
    else refuse(req, res, 409, `there are several pools, ${namesOf(pools)}; say which, as in /api/pools/${pool?.name}${req.path}`);
  };
  return Router()
    .get('/pools', (_req, res) => void res.json({ pools: pools.all.map(parts.statusOf) }))
    .use('/pools/:pool', named)
    .use(only);
}

function namesOf(pools: ShownPools): string {
  return pools.all.map(({ name }) => name).join(', ');
}

function sideFor(pool: ShownPool, parts: PoolSideParts): Router {
  const { reportOf, choosePolicy, settled, statusOf, demo } = parts;
  return Router()
    .get('/', (_req, res) => void res.json(statusOf(pool)))
    .use(membership(pool, parts))
    .use(pausing(pool, parts))
    .use(['/origins/:id/fault', '/origins/:id/health', '/origins/:id/crash', '/faults'], demo)
    .use(dial(pool.pool))
    .use(faults(pool.pool))
    .use(
      steering({
        ...{ roster: pool.roster, settled, policy: () => pool.policyName },
        reportOf: (id) => reportOf(pool, id),
        choosePolicy: (name) => choosePolicy(pool, name),
      }),
    );
}
