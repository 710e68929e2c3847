import type { RouteRequest } from '../../../src/brain/route/asked.ts';
import type { Route } from '../../../src/brain/route/route.ts';

const none = { set: {}, remove: [] };

/** A route that leads to a pool called `shop`, unless it is told something else. */
export function routeOf(told: Partial<Route> = {}): Route {
  const action = { kind: 'pool', pool: 'shop' } as const;
  return { number: 1, match: {}, action, stripPrefix: false, requestFields: none, answerFields: none, ...told };
}

/** A request for a target, like any other but for what is told. */
export function requestFor(target: string, told: Partial<RouteRequest> = {}): RouteRequest {
  return { target, host: 'shop.example.com', method: 'GET', headers: {}, client: '192.0.2.1', ...told };
}
