import type { Scenario } from '../../balancer/src/simulate/scenario.ts';

/** Ways to make a scenario a little smaller, the boldest first; nothing where one is of no use. */
const cuts: readonly ((scenario: Scenario) => Partial<Scenario> | undefined)[] = [
  ({ balancers }) => (balancers > 1 ? { balancers: 1 } : undefined),
  ({ threads }) => (threads > 1 ? { threads: threads - 1 } : undefined),
  ({ origins }) => (origins.length > 1 ? { origins: origins.slice(0, Math.ceil(origins.length / 2)) } : undefined),
  ({ origins }) => (origins.length > 1 ? { origins: origins.slice(0, -1) } : undefined),
  ({ seconds }) => (seconds > 0.1 ? { seconds: seconds / 2 } : undefined),
  ({ clients }) => (clients.retries > 0 ? { clients: { ...clients, retries: 0 } } : undefined),
  ({ clients }) => (clients.posts > 0 ? { clients: { ...clients, posts: 0 } } : undefined),
  ({ clients }) => (Number.isFinite(clients.patience) ? { clients: { ...clients, patience: Number.POSITIVE_INFINITY } } : undefined),
  ({ clients }) => (clients.rate > 20 ? { clients: { ...clients, rate: 20 } } : undefined),
  ({ settings }) => (settings.policy === 'first' ? undefined : { settings: { ...settings, policy: 'first' } }),
  ({ settings }) => (settings.retries > 0 ? { settings: { ...settings, retries: settings.retries - 1 } } : undefined),
];

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

/** Whether no event is about an origin that was left out. */
function isPlayable({ origins, events }: Scenario): boolean {
  return events.every((event) => event.kind !== 'reload' || event.origins.every(({ origin }) => origin < origins.length));
}
