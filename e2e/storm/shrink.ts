import type { Route } from '../../balancer/src/brain/route/route.ts';
import type { Scenario } from '../../balancer/src/simulate/scenario.ts';

/** Ways to make a scenario a little smaller, the boldest first; nothing where one is of no use. */
const cuts: readonly ((scenario: Scenario) => Partial<Scenario> | undefined)[] = [
  ({ balancers }) => (balancers > 1 ? { balancers: 1 } : undefined),
  ({ threads }) => (threads > 1 ? { threads: threads - 1 } : undefined),
  ({ origins, pools }) => (origins.length > 1 ? withOrigins(Math.ceil(origins.length / 2), origins, pools) : undefined),
  ({ origins, pools }) => (origins.length > 1 ? withOrigins(origins.length - 1, origins, pools) : undefined),
  ({ routes = [] }) => (routes.length > 1 ? { routes: routes.slice(0, -1) } : undefined),
  ({ routes = [] }) => (routes.length > 1 ? { routes: routes.slice(1) } : undefined),
  ({ routes = [] }) => (routes.some(isSplit) ? { routes: routes.map(unsplit) } : undefined),
  ({ pools = [] }) => (pools.length > 1 ? { pools: pools.slice(0, -1) } : undefined),
  ({ pools = [] }) =>
    pools.some(({ settings }) => settings) ? { pools: pools.map(({ name, origins }) => ({ name, origins })) } : undefined,
  ({ seconds }) => (seconds > 0.1 ? { seconds: seconds / 2 } : undefined),
  ({ clients }) => (clients.retries > 0 ? { clients: { ...clients, retries: 0 } } : undefined),
  ({ clients }) => (clients.posts > 0 ? { clients: { ...clients, posts: 0 } } : undefined),
  ({ clients }) => (Number.isFinite(clients.patience) ? { clients: { ...clients, patience: Number.POSITIVE_INFINITY } } : undefined),
  ({ clients }) => (clients.rate > 20 ? { clients: { ...clients, rate: 20 } } : undefined),
  ({ settings }) => (settings.policy === 'first' ? undefined : { settings: { ...settings, policy: 'first' } }),
  ({ settings }) => (settings.retries > 0 ? { settings: { ...settings, retries: settings.retries - 1 } } : undefined),
];

/** So many origins, of which those are listed that were. */
function withOrigins(count: number, origins: Scenario['origins'], pools: Scenario['pools']): Partial<Scenario> {
  const fewer = { origins: origins.slice(0, count) };
  if (!pools) return fewer;
  return { ...fewer, pools: pools.map((pool) => ({ ...pool, origins: pool.origins.filter((origin) => origin < count) })) };
}

function isSplit({ action }: Route): boolean {
  return action.kind === 'split';
}

/** A route that leads to the first pool where it led to several. */
function unsplit(route: Route): Route {
  const { action } = route;
  const [first] = action.kind === 'split' ? action.shares : [];
  return first ? { ...route, action: { kind: 'pool', pool: first.pool } } : route;
}

/** Scenarios that are a little smaller: first without some of what happens, then with less of everything else. */
function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { events } = scenario;
  for (let part = events.length; part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let from = 0; from < events.length; from += part) yield { ...scenario, events: events.toSpliced(from, part) };
  }
  for (const cut of cuts) {
    const smaller = cut(scenario);
    if (smaller) yield { ...scenario, ...smaller };
  }
}

/** A scenario as small as can be found with `tries` tries, in which something still goes wrong. */
export function shrunk(scenario: Scenario, goesWrong: (smaller: Scenario) => boolean, tries = 300): Scenario {
  let left = tries;
  const isWorse = (smaller: Scenario) => {
    left -= 1;
    return isPlayable(smaller) && goesWrong(smaller);
  };
  let smallest: Scenario | undefined = scenario;
  for (let next: Scenario | undefined = scenario; next; next = firstOf(smallerThan(smallest), (smaller) => left > 0 && isWorse(smaller))) {
    smallest = next;
  }
  return smallest;
}

function firstOf<Item>(items: Iterable<Item>, fits: (item: Item) => boolean): Item | undefined {
  for (const item of items) if (fits(item)) return item;
  return undefined;
}

/** Whether nothing is said of an origin or a pool that was left out. */
function isPlayable({ origins, pools, routes = [], events }: Scenario): boolean {
  const areThere = (numbers: readonly number[]) => numbers.length > 0 && numbers.every((number) => number < origins.length);
  const areListed = events.every((event) => !('origins' in event) || areThere(event.origins.map(({ origin }) => origin)));
  if (!pools) return areListed;
  const leading = [routes, ...events.map((event) => ('routes' in event ? event.routes : []))].flat();
  const isNamed = (name: string) => pools.some((pool) => pool.name === name);
  return areListed && pools.every((pool) => areThere(pool.origins)) && leading.flatMap(poolsOf).every(isNamed);
}

/** The pools that a route leads to, by their names. */
function poolsOf({ action }: Route): readonly string[] {
  if (action.kind === 'pool') return [action.pool];
  return action.kind === 'split' ? action.shares.map(({ pool }) => pool) : [];
}
