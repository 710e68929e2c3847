import type { KeySource } from '../../balancer/src/brain/route/key-source.ts';
import type { RateLimit, Route, RouteAction, RouteMatch } from '../../balancer/src/brain/route/route.ts';
import type { Dice } from './dice.ts';

/** What clients ask for in a world with routes: `/apix` is not below `/api`, and no route need be for the last host. */
export const asked = {
  hosts: ['one.test', 'two.test', 'below.two.test', 'else.where'],
  paths: ['/', '/api', '/api/v1?a=1', '/apix', '/old/page'],
};

const noChanges = { set: {}, remove: [] };

/** Routes that lead to pools of those names: the last one may take whatever is left. */
export function routesOf(dice: Dice, pools: readonly string[]): readonly Route[] {
  const routes = Array.from({ length: dice.whole(1, 4) }, () => ({ match: matchOf(dice), ...drawn(dice, pools) }));
  const rest = dice.chance(0.8) ? [{ match: {}, ...drawn(dice, pools) }] : [];
  return [...routes, ...rest].map((route, place) => ({ number: place + 1, ...route }));
}

/** The same routes; those that split have other shares now. */
export function resplit(dice: Dice, routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => {
    const { action } = route;
    if (action.kind !== 'split') return route;
    return {
      ...route,
      action: {
        ...action,
        shares: sharesOf(
          dice,
          action.shares.map(({ pool }) => pool),
        ),
      },
    };
  });
}

function drawn(dice: Dice, pools: readonly string[]): Omit<Route, 'number' | 'match'> {
  return {
    action: actionOf(dice, pools),
    stripPrefix: dice.chance(0.2),
    ...(dice.chance(0.2) ? { rateLimit: limitOf(dice) } : {}),
    ...(dice.chance(0.1) ? { deny: [{ address: '10.0.0.0', prefix: 29 }] } : {}),
    ...{ requestFields: noChanges, answerFields: noChanges },
  };
}

function matchOf(dice: Dice): RouteMatch {
  const host = dice.oneOf(undefined, 'one.test', 'two.test', '*.two.test');
  const path = dice.oneOf(undefined, undefined, '/api', '/old/');
  return {
    ...(host === undefined ? {} : { host }),
    ...(path === undefined ? {} : { path }),
    ...(dice.chance(0.1) ? { methods: ['GET'] } : {}),
  };
}

function actionOf(dice: Dice, pools: readonly string[]): RouteAction {
  const kind = dice.oneOf('pool', 'pool', 'pool', 'split', 'split', 'respond');
  if (kind === 'respond') return { kind, status: 404, text: 'not here' };
  if (kind === 'pool') return { kind, pool: dice.oneOf(...pools) };
  const key = keyOf(dice);
  return { kind, shares: sharesOf(dice, pools), ...(key ? { key } : {}) };
}

function sharesOf(dice: Dice, pools: readonly string[]) {
  const shares = pools.map((pool) => ({ pool, share: dice.oneOf(0, 1, 5, 95) }));
  return shares.some(({ share }) => share > 0) ? shares : shares.map(({ pool }) => ({ pool, share: 1 }));
}

function limitOf(dice: Dice): RateLimit {
  const key = keyOf(dice);
  return { rate: dice.oneOf(1, 10, 50), burst: dice.oneOf(1, 5, 30), ...(key ? { key } : {}) };
}

function keyOf(dice: Dice): KeySource | undefined {
  return dice.oneOf<KeySource | undefined>(undefined, { from: 'client' }, { from: 'cookie', name: 'uid' });
}
