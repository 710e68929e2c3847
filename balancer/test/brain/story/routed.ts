import type { Nowhere, RoutedToPool } from '../../../src/brain/route/routed.ts';
import { routeOf } from '../route/routes.ts';

/** What the third route made of a request. */
export const toShop: RoutedToPool = {
  ...{ kind: 'pool', pool: 'shop', route: routeOf({ number: 3, match: { path: '/cart' } }) },
  why: 'route 3 (/cart) leads to pool shop',
};

/** What no route made of one. */
export const nowhere: Nowhere = { kind: 'nowhere', why: 'no route takes it' };
