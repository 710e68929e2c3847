import { Asked, type RouteRequest } from './asked.ts';
import { type Course, type CourseEnv, courseOf } from './course.ts';
import { type Gate, type GateEnv, gateOf } from './gate.ts';
import { Matcher } from './matches.ts';
import type { Route } from './route.ts';
import { nameOf } from './route-name.ts';
import type { Nowhere, Routed, Unclear } from './routed.ts';

/** What routes need of the world. */
export type RoutesEnv = GateEnv & CourseEnv;

const nowhere: Nowhere = { kind: 'nowhere', why: 'no route takes it' };

/** The routes of a configuration: the first one that takes a request says what becomes of it. */
export class Routes {
  readonly #all: readonly Ready[];
  /** The first, where it takes everything: all requests are its. */
  readonly #only: Ready | undefined;

  /** Throws where a route splits requests among nobody. */
  constructor(routes: readonly Route[], env: RoutesEnv) {
    this.#all = routes.map((route) => new Ready(route, env));
    const [first] = this.#all;
    this.#only = first?.matcher.takesAll ? first : undefined;
  }

  /** What becomes of a request. It counts against the rate limit of the route that takes it. */
  decide(request: RouteRequest): Routed {
    if (this.#only) return this.#only.take(request);
    const asked = new Asked(request);
    for (const ready of this.#all) {
      const match = ready.matcher.match(asked);
      if (match === true) return ready.take(request);
      if (match === 'unclear') return ready.unclear;
    }
    return nowhere;
  }
}

/** A route that is ready to take requests. */
class Ready {
  readonly matcher: Matcher;
  /** What becomes of a request of which it can't be told whether the route takes it. */
  readonly unclear: Unclear;
  readonly #gate: Gate | undefined;
  readonly #course: Course;

  constructor(route: Route, env: RoutesEnv) {
    this.matcher = new Matcher(route);
    this.unclear = {
      kind: 'unclear',
      route,
      why: `${nameOf(route)} can not tell which path it asks for: there are too many ways to read it`,
    };
    this.#gate = gateOf(route, env);
    this.#course = courseOf(route, env);
  }

  /** Whoever may come at all, and comes not too often, goes where the route leads. */
  take(request: RouteRequest): Routed {
    return this.#gate?.(request) ?? this.#course(request);
  }
}
