import type { BalancerSettings } from '../../balancer/src/simulate/pool.ts';
import type { Happening, Listed, OriginPlan, Scenario } from '../../balancer/src/simulate/scenario.ts';
import type { Dice } from './dice.ts';
import { asked, resplit, routesOf } from './routes-drawn.ts';

/** What a world is drawn with. */
export interface Drawing {
  readonly originOf: (dice: Dice) => OriginPlan;
  readonly settingsOf: (dice: Dice) => BalancerSettings;
}

type Event = Scenario['events'][number];

/** Which origins a pool may have, by its number: some are listed, and others are there for a deploy. */
type Homes = readonly (readonly number[])[];

/**
 * A world in which there are pools and routes as well, and people who deploy, pause, and change members by hand: the origins of another
 * one, and some more, fall to one to three pools.
 */
export function withPools(world: Scenario, dice: Dice, { originOf, settingsOf }: Drawing): Scenario {
  const names = ['red', 'green', 'blue'].slice(0, dice.oneOf(1, 2, 2, 3));
  const spare = Array.from({ length: names.length + dice.whole(0, 2) }, () => originOf(dice));
  const origins = [...world.origins, ...spare];
  const homes = homesOf(dice, origins.length, names.length);
  const routes = dice.chance(0.9) ? routesOf(dice, names) : undefined;
  const pools = names.map((name, number) => ({
    ...{ name, origins: someOf(dice, homes[number] ?? []) },
    ...(dice.chance(0.5) ? { settings: settingsOf(dice) } : {}),
  }));
  const known = world.events.map((event) => inPool(event, dice.whole(0, names.length - 1), homes));
  const added = Array.from({ length: dice.whole(1, 5) }, () =>
    happeningsOf(dice, { ...world, ...(routes ? { routes } : {}) }, homes),
  ).flat();
  return {
    ...world,
    ...{ origins, pools, ...(routes ? { routes } : {}), settings: patient(world.settings, dice) },
    clients: { ...world.clients, ...asked },
    events: [...known, ...added].map((event) => ({ ...event, at: Math.min(event.at, world.seconds * 1000) })),
  };
}

/** Nobody waits for longer than a request may take in all, and drains may have an end, as in the balancer. */
function patient(settings: BalancerSettings, dice: Dice): BalancerSettings {
  const drainTimeout = dice.oneOf(undefined, 50, 300);
  const room = { ...settings.room, mostWait: settings.totalTimeout };
  return { ...settings, room, ...(drainTimeout === undefined ? {} : { drainTimeout }) };
}

/** Each origin falls to one pool; in a few worlds, pools share them all. */
function homesOf(dice: Dice, origins: number, pools: number): Homes {
  const all = Array.from({ length: origins }, (_, number) => number);
  const homes = all.map((number) => (number < 2 * pools ? number % pools : dice.whole(0, pools - 1)));
  const areShared = dice.chance(0.1);
  return Array.from({ length: pools }, (_, pool) => all.filter((number) => areShared || homes[number] === pool));
}

/** Some of a few, at least one. */
function someOf(dice: Dice, all: readonly number[]): readonly number[] {
  const some = all.filter(() => dice.chance(0.6));
  return some.length > 0 ? some : [dice.oneOf(...all)];
}

/** What happens, in the pool of that number and to its origins, where that makes a difference. */
function inPool(event: Event, pool: number, homes: Homes): Event {
  const home = homes[pool] ?? [];
  const own = (origin: number) => home[origin % home.length] ?? 0;
  switch (event.kind) {
    case 'settings':
      return { ...event, pool };
    case 'drain':
    case 'enable':
      return { ...event, pool, origin: own(event.origin) };
    case 'reload': {
      const weights = new Map(event.origins.map(({ origin, weight }) => [own(origin), weight]));
      return { ...event, pool, origins: [...weights].map(([origin, weight]) => ({ origin, weight })) };
    }
    default:
      return event;
  }
}

/** Something that happens in a world with pools, with what belongs to it. */
function happeningsOf(dice: Dice, { seconds, routes }: Scenario, homes: Homes): readonly Event[] {
  const pool = dice.whole(0, homes.length - 1);
  const home = homes[pool] ?? [];
  const origin = dice.oneOf(...home);
  const at = Math.round(dice.upTo(seconds * 1000));
  const later = at + dice.oneOf(1, 20, 100, 400);
  const kind = dice.oneOf('deploy', 'deploy', 'deploy', 'pause', 'pause', 'add', 'remove', 'reweigh', 'routes');
  switch (kind) {
    case 'deploy': {
      const origins = listOf(dice, home);
      const deploy: Event = { kind, origins, timeout: dice.oneOf(50, 500, 2000), pool, at };
      return [
        deploy,
        ...meanwhileOf(dice, origins, listOf(dice, home)).map((happening) => ({ ...happening, pool, at: later })),
        ...unwell(dice, origins, at),
      ];
    }
    case 'pause': {
      const pause: Event = { kind, ms: dice.oneOf(20, 300, 1500), pool, at };
      return dice.chance(0.5) ? [pause, { kind: 'resume', pool, at: later }] : [pause];
    }
    case 'add':
      return [{ kind, origin, weight: dice.oneOf(1, 2), backup: dice.chance(0.2), pool, at }];
    case 'remove':
      return [{ kind, origin, pool, at }];
    case 'reweigh':
      return [{ kind, origin, weight: dice.oneOf(0, 1, 3), pool, at }];
    case 'routes':
      return routes ? [{ kind, routes: resplit(dice, routes), at }] : [];
  }
}

function listOf(dice: Dice, home: readonly number[]): readonly Listed[] {
  return someOf(dice, home).map((origin) => ({ origin, weight: dice.oneOf(1, 1, 2) }));
}

/** What may come in the middle of a deploy: one of its origins dies, or the file is another, or somebody takes one out, or a thread dies. */
function meanwhileOf(dice: Dice, origins: readonly Listed[], others: readonly Listed[]): readonly Happening[] {
  const { origin } = dice.oneOf(...origins);
  const kind = dice.oneOf('nothing', 'nothing', 'condition', 'reload', 'drain', 'loseThread');
  switch (kind) {
    case 'nothing':
      return [];
    case 'condition':
      return [{ kind, origin, condition: dice.oneOf('crashed', 'hung') }];
    case 'reload':
      return [{ kind, origins: others }];
    case 'drain':
      return [{ kind, origin }];
    case 'loseThread':
      return [{ kind, balancer: dice.whole(0, 2), thread: dice.whole(0, 2) }];
  }
}

/** Has one origin of a deploy be out before that begins, and become well late or never; or all are well. */
function unwell(dice: Dice, origins: readonly Listed[], at: number): readonly Event[] {
  if (dice.chance(0.5)) return [];
  const { origin } = dice.oneOf(...origins);
  const kind = 'condition';
  const out: Event = { kind, origin, condition: dice.oneOf('crashed', 'hung'), at: Math.max(0, at - 1) };
  return dice.chance(0.3) ? [out] : [out, { kind, origin, condition: 'up', at: at + dice.oneOf(10, 100, 700) }];
}
