import type { Exchange } from '../brain/exchange/exchange.ts';
import type { Route } from '../brain/route/route.ts';

/** The route that led an exchange to its pool; nothing where all requests go to one pool. */
export function routeOf({ routed }: Exchange): Route | undefined {
  return routed?.kind === 'pool' ? routed.route : undefined;
}
