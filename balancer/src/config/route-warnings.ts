import { isHostOf } from '../brain/route/host.ts';
import { isGuard } from '../brain/route/matches.ts';
import { PathPrefix } from '../brain/route/path-prefix.ts';
import type { Route, RouteMatch } from '../brain/route/route.ts';
import type { RouteInFile } from './routes-in-file.ts';

/** What can be used and is hardly meant, in a sentence, and on which line. */
export interface RouteWarning {
  readonly line: number;
  readonly problem: string;
}

/** Which routes come too late, since an earlier one asks for nothing that they don't ask for as well. */
export function lateRoutes(routes: readonly RouteInFile[]): readonly RouteWarning[] {
  // Each is compared with all before it, so that what can be made ready is.
  const covers = routes.map(({ route }) => coverOf(route.match));
  return routes.flatMap(({ route, line }, place) => {
    const first = covers.findIndex((cover, earlier) => earlier >= place || cover(route.match));
    const earlier = first < place ? routes[first] : undefined;
    return earlier === undefined ? [] : [{ line, problem: sentence(route, earlier) }];
  });
}

/** Whether some route leads to a pool. */
export function isLedTo(pool: string, routes: readonly RouteInFile[]): boolean {
  return routes.some(({ route: { action } }) => {
    if (action.kind === 'pool') return action.pool === pool;
    return action.kind === 'split' && action.shares.some((share) => share.pool === pool);
  });
}

function sentence(later: Route, { route: earlier, line }: RouteInFile): string {
  const before = `route ${earlier.number} (line ${line})`;
  // The one that leads on takes a path that every server reads alike; the one that guards takes what any might read as its own.
  if (isGuard(later) && !isGuard(earlier) && earlier.match.path !== undefined && !isRoot(earlier.match.path)) {
    return `route ${later.number} comes too late: ${before} takes all that it is for, and leaves it oddly spelt paths only; put it before that one`;
  }
  return `route ${later.number} can never match: ${before} takes all that it takes; put it before that one, or leave it out`;
}

/** Says of what another route asks for whether it is all that this one asks for, or more. */
function coverOf({ host, path, methods, headers = {} }: RouteMatch): (later: RouteMatch) => boolean {
  const prefix = path === undefined || isRoot(path) ? undefined : new PathPrefix(path);
  const fields = Object.entries(headers);
  return (later) =>
    isHostWithin(later.host, host) &&
    (prefix === undefined || (later.path !== undefined && prefix.has(later.path))) &&
    areMethodsWithin(later.methods, methods) &&
    fields.every(([name, value]) => later.headers?.[name] === value);
}

function isHostWithin(host: RouteMatch['host'], outer: RouteMatch['host']): boolean {
  return outer === undefined || (host !== undefined && isHostOf(outer, host));
}

function isRoot(path: string): boolean {
  return path === '/';
}

function areMethodsWithin(methods: RouteMatch['methods'], outer: RouteMatch['methods']): boolean {
  return outer === undefined || methods?.every((method) => outer.includes(method)) === true;
}
