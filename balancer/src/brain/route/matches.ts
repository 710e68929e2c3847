import type { Asked } from './asked.ts';
import { isHostOf } from './host.ts';
import { PathPrefix } from './path-prefix.ts';
import type { Route } from './route.ts';

/** Whether a route keeps requests from where they would go, or bounds them. */
export function isGuard({ action, allow, deny, rateLimit, maxBody }: Route): boolean {
  if (action.kind === 'respond' || action.kind === 'redirect') return true;
  return [allow, deny, rateLimit, maxBody].some((bound) => bound !== undefined);
}

/** Whether a route takes a request; `unclear` where it looks at the path, and that can be read in more ways than anybody means. */
export type Match = boolean | 'unclear';

/**
 * What a route asks of requests, ready to be compared.
 *
 * A path can be read in several ways, and nobody knows in which one the origin will read it: see readingsOf. So a route that guards takes
 * a request if *any* reading of its path is below the route's, and any other only if *all* are: nobody gets past a guard that stands
 * first by a funny spelling, nor by one that an earlier route takes for something harmless.
 */
export class Matcher {
  readonly #path: PathPrefix | undefined;
  readonly #host: string | undefined;
  readonly #methods: readonly string[] | undefined;
  readonly #fields: readonly (readonly [name: string, value: string])[];
  readonly #guards: boolean;

  constructor(route: Route) {
    const { host, path, methods, headers = {} } = route.match;
    this.#path = path === undefined ? undefined : new PathPrefix(path);
    this.#host = host;
    this.#methods = methods;
    this.#fields = Object.entries(headers);
    this.#guards = isGuard(route);
  }

  /** Whether it asks for nothing, and takes every request. */
  get takesAll(): boolean {
    return [this.#path, this.#host, this.#methods].every((asked) => asked === undefined) && this.#fields.length === 0;
  }

  /** Whether the route takes a request. */
  match(asked: Asked): Match {
    if (this.#host !== undefined && !isHostOf(this.#host, asked.host)) return false;
    if (this.#methods && !this.#methods.includes(asked.request.method)) return false;
    for (const [name, value] of this.#fields) if (asked.field(name) !== value) return false;
    return this.#path === undefined || this.#hasPath(this.#path, asked.readings);
  }

  #hasPath(prefix: PathPrefix, readings: readonly string[] | undefined): Match {
    if (!readings) return 'unclear';
    const has = (reading: string) => prefix.has(reading);
    return this.#guards ? readings.some(has) : readings.every(has);
  }
}
