import { expect, test } from '@jest/globals';
import type { Route, RouteAction, RouteMatch } from '../../src/brain/route/route.ts';
import type { Asked } from '../../src/simulate/asked.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { Simulation } from '../../src/simulate/simulation.ts';

function routeOf(number: number, match: RouteMatch, action: RouteAction, more: Partial<Route> = {}): Route {
  const fields = { set: {}, remove: [] };
  return { number, match, action, stripPrefix: false, requestFields: fields, answerFields: fields, ...more };
}

const shop = { name: 'shop', origins: [0, 1] };
const api = { name: 'api', origins: [2, 3] };

/** Two pools with two origins each, and what all the world asks for. */
const calm: Scenario = {
  ...{ seconds: 2, balancers: 1, threads: 2 },
  origins: [1, 2, 3, 4].map(() => ({ pace: 5, workers: 4, weight: 1, backup: false })),
  settings: {
    policy: 'least-requests',
    pool: { maxConnections: 100, slowStart: 0 },
    room: { maxWaiting: 10, maxWait: 100, maxRunning: Number.POSITIVE_INFINITY },
    patience: { connect: 100, response: 300 },
    ...{ retries: 0, totalTimeout: 2000 },
    health: { interval: 200, timeout: 50, rise: 2, fall: 3, maxEjected: 0.5 },
  },
  pools: [shop, api],
  clients: {
    ...{ count: 50, rate: 400, posts: 0, patience: Number.POSITIVE_INFINITY, retries: 0 },
    ...{ hosts: ['shop.test', 'api.test'], paths: ['/', '/old/page'] },
  },
  events: [],
};

/** Plays a world: which statuses what was asked for got, and at which origins that was. */
function play(scenario: Scenario) {
  const statuses = new Map<string, Set<number | null>>();
  const origins = new Map<string, Set<string>>();
  const put = <Value>(map: Map<string, Set<Value>>, { host, target }: Asked, value: Value) => {
    const known = map.get(host + target);
    if (known) known.add(value);
    else map.set(host + target, new Set([value]));
  };
  const simulation = new Simulation(scenario, 1, {
    routed: (routed, asked) => put(statuses, asked, routed.kind === 'limited' ? 429 : routed.kind === 'respond' ? routed.status : 0),
    told: ({ asked, exchange: { attempts } }, status) => {
      put(statuses, asked, status);
      for (const { origin } of attempts) put(origins, asked, origin.id);
    },
  });
  simulation.run();
  return { simulation, statuses, origins };
}

test('a request goes to the pool that its route leads to, in every thread', () => {
  const routes = [
    routeOf(1, { path: '/old' }, { kind: 'respond', status: 410, text: 'gone' }),
    routeOf(2, { host: 'api.test' }, { kind: 'pool', pool: 'api' }),
    routeOf(3, {}, { kind: 'pool', pool: 'shop' }),
  ];
  const { statuses, origins } = play({ ...calm, routes });
  expect([...(origins.get('shop.test/') ?? [])].sort()).toEqual(['origin-1', 'origin-2']);
  expect([...(origins.get('api.test/') ?? [])].sort()).toEqual(['origin-3', 'origin-4']);
  expect(statuses.get('api.test/old/page')).toEqual(new Set([410]));
  expect(origins.has('api.test/old/page')).toBe(false);
});

test('without routes all requests go to the first pool', () => {
  const { origins } = play(calm);
  expect([...new Set([...origins.values()].flatMap((ids) => [...ids]))].sort()).toEqual(['origin-1', 'origin-2']);
});

test('each pool has its own places: one that is full turns its own requests away and no others', () => {
  const routes = [routeOf(1, { host: 'api.test' }, { kind: 'pool', pool: 'api' }), routeOf(2, {}, { kind: 'pool', pool: 'shop' })];
  const narrow = { pool: { maxConnections: 1, slowStart: 0 }, room: { ...calm.settings.room, maxWaiting: 0 } };
  const { statuses } = play({ ...calm, routes, pools: [shop, { ...api, settings: narrow }] });
  expect(statuses.get('api.test/')).toContain(503);
  expect(statuses.get('shop.test/')).toEqual(new Set([0, 200]));
});

test('other routes reach every thread, and a limit that stays goes on with its buckets', () => {
  const limit = { rate: 1, burst: 20 };
  const limited = (number: number) => routeOf(number, { host: 'api.test' }, { kind: 'pool', pool: 'api' }, { rateLimit: limit });
  const rest = (number: number, pool: string) => routeOf(number, {}, { kind: 'pool', pool });
  const turn = {
    kind: 'routes',
    routes: [routeOf(1, { host: 'no.test' }, { kind: 'pool', pool: 'api' }), limited(2), rest(3, 'api')],
  } as const;
  let passed = 0;
  const scenario = { ...calm, routes: [limited(1), rest(2, 'shop')], events: [{ ...turn, at: 1000 }] };
  const simulation = new Simulation(scenario, 1, {
    routed: (routed, { host }) => {
      if (host === 'api.test' && routed.kind === 'pool') passed += 1;
    },
    told: ({ asked, exchange: { startedAt, attempts } }) => {
      if (asked.host !== 'shop.test' || (startedAt > 1000 && startedAt < 1010)) return;
      const isApi = ['origin-3', 'origin-4'].includes(attempts[0]?.origin.id ?? '');
      if (isApi !== startedAt > 1000) throw new Error(`${asked.host} was at ${attempts[0]?.origin.id} at ${startedAt}`);
    },
  });
  simulation.run();
  expect(passed).toBe(21);
});

/** What is listed in the first pool at the end, and how its deploys ended. */
function playDeploys(scenario: Scenario) {
  const endings: boolean[] = [];
  const simulation = new Simulation(scenario, 1, { deployed: (_pool, { isDone }) => void endings.push(isDone) });
  simulation.run();
  return { endings, listed: simulation.balancers[0]?.pools[0]?.roster.members.map(({ origin: { id } }) => id) };
}

test('a deploy replaces the origins once the new ones are well, and changes nothing where one is not in time', () => {
  const list = [2, 3].map((origin) => ({ origin, weight: 1 }));
  const deploy = { kind: 'deploy', origins: list, timeout: 500, at: 500 } as const;
  const world: Scenario = { ...calm, pools: [shop], events: [deploy] };
  expect(playDeploys(world)).toEqual({ endings: [true], listed: ['origin-3', 'origin-4'] });
  const crash = { kind: 'condition', origin: 3, condition: 'crashed', at: 0 } as const;
  expect(playDeploys({ ...world, events: [crash, deploy] })).toEqual({ endings: [false], listed: ['origin-1', 'origin-2'] });
});

test('members come and go by hand', () => {
  const events: Scenario['events'] = [
    { kind: 'add', origin: 2, weight: 2, backup: false, at: 500 },
    { kind: 'remove', origin: 0, at: 600 },
    { kind: 'remove', origin: 3, at: 700 },
  ];
  expect(playDeploys({ ...calm, pools: [shop], events }).listed).toEqual(['origin-2', 'origin-3']);
});

test('nobody begins in a pool that is paused, until the pause is over or ended', () => {
  const events: Scenario['events'] = [
    { kind: 'pause', ms: 300, at: 500 },
    { kind: 'pause', ms: 10_000, at: 1000 },
    { kind: 'resume', at: 1200 },
  ];
  const room = { ...calm.settings.room, maxWaiting: 1000 };
  const begun: number[] = [];
  const simulation: Simulation = new Simulation({ ...calm, settings: { ...calm.settings, room }, events }, 1, {
    picked: () => void begun.push(simulation.world.now()),
    told: (_carried, status) => expect(status).toBe(200),
  });
  simulation.run();
  const within = (from: number, to: number) => begun.filter((at) => at > from && at < to).length;
  expect([within(500, 800), within(1000, 1200)]).toEqual([0, 0]);
  expect(within(800, 810)).toBeGreaterThan(50);
  expect(within(1200, 1210)).toBeGreaterThan(30);
});

test('an origin that drains for too long has its requests cut', () => {
  const slow = { kind: 'slow', origin: 0, times: 1000, at: 500 } as const;
  const events: Scenario['events'] = [slow, { kind: 'remove', origin: 0, at: 600 }];
  const patience = { connect: 100, response: 60_000 };
  const latest = (drainTimeout: number) => {
    const settings = { ...calm.settings, ...{ patience, drainTimeout, totalTimeout: 60_000 } };
    const simulation = new Simulation({ ...calm, settings, events }, 1);
    simulation.run();
    return simulation.world.now();
  };
  expect(latest(500)).toBeLessThan(2200);
  expect(latest(60_000)).toBeGreaterThan(3000);
});
