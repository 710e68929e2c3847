import { afterEach, describe, expect, test } from '@jest/globals';
import { Pools } from '../../src/pools/pools.ts';
import { SimulatedWorld } from '../../src/simulate/world.ts';
import { originAt } from '../origins.ts';
import { configOf } from '../roads/road.ts';
import { until } from '../until.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Listed = Readonly<Record<string, readonly number[]>>;

const top = configOf([], {}, 1);

/** A configuration with pools of those names, each of origins at these ports, and a policy for each that is named. */
function listing(pools: Listed, policies: Readonly<Record<string, string>> = {}) {
  return {
    ...top,
    pools: Object.entries(pools).map(([name, ports]) => {
      const settings = { ...top, origins: ports.map(originAt), policy: policies[name] ?? 'round-robin' };
      return { name, settings };
    }),
  };
}

/** Pools as a configuration has them, in a world whose time does not go on, and what they told. */
function pooled(listed: Listed) {
  const world = new SimulatedWorld(() => 0.5);
  const told: string[] = [];
  const pools = new Pools(listing(listed), {
    ...{ world, threads: 1, problemWith: () => undefined },
    changed: (pool, { id }, { state }) => told.push(`${pool.calls(id)} ${state}`),
    overridden: (pool, ids) => told.push(`overridden in ${pool.name}: ${ids.join(', ')}`),
    cut: () => {},
  });
  ends.push(() => pools.stop());
  const portsOf = (name: string) => pools.named(name)?.roster.members.map(({ origin }) => Number(origin.url.port));
  const kept = (name: string) => {
    const pool = pools.named(name);
    if (!pool) throw new Error(`there is no pool ${name}`);
    return pool;
  };
  return { pools, told, portsOf, kept };
}

test('a pool that stays keeps its ledger, one that is new gets one of its own, and one that is no more goes', () => {
  const { pools, kept } = pooled({ shop: [1, 2], api: [1] });
  const [shop, api] = pools.all;
  pools.follow(listing({ next: [4], shop: [1, 3] }), () => expect(pools.all.map(({ name }) => name)).toEqual(['next', 'shop']));
  expect(kept('shop')).toBe(shop);
  expect(pools.named('api')).toBeUndefined();
  expect(pools.everyOne.map(({ name }) => name)).toEqual(['next', 'shop']);
  expect(api && pools.numbered(api.number)).toBeUndefined();
  expect(new Set([kept('next').memory, kept('shop').memory]).size).toBe(2);
});

test('a pool that is no more is known until what runs in it has ended', () => {
  const { pools, kept } = pooled({ shop: [1], api: [2] });
  const api = kept('api');
  const [member] = api.roster.members;
  if (!member) throw new Error('there is no member');
  const lease = api.pool.lease(member);
  pools.follow(listing({ shop: [1] }), () => {});
  expect([pools.named('api'), pools.numbered(api.number)]).toEqual([undefined, api]);
  lease.release();
  expect(pools.numbered(api.number)).toBeUndefined();
});

test('a pool that comes again under the name of one that still ends is another one', () => {
  const { pools, kept } = pooled({ shop: [1], api: [2] });
  const before = kept('api');
  const [member] = before.roster.members;
  if (!member) throw new Error('there is no member');
  before.pool.lease(member);
  pools.follow(listing({ shop: [1] }), () => {});
  pools.follow(listing({ shop: [1], api: [2] }), () => {});
  expect([kept('api') === before, kept('api').number === before.number, pools.everyOne.length]).toEqual([false, false, 3]);
  expect(kept('api').ledger.enter(0)).toBe(0);
});

test('a configuration that one pool can not follow is known before any does', () => {
  const { pools, kept, portsOf } = pooled({ shop: [1, 2], api: [1, 2] });
  kept('api').roster.drain('127.0.0.1:1');
  const next = listing({ shop: [3], api: [1] });
  expect(() => pools.check(next)).toThrow(/127.0.0.1:1 was taken out by hand/);
  expect([portsOf('shop'), portsOf('api')]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

describe('what was done by hand', () => {
  test('stays while the configuration says the same of it as before', () => {
    const { pools, kept, portsOf, told } = pooled({ shop: [1, 2], api: [1] });
    kept('shop').membership.add(originAt(5));
    kept('shop').choosePolicy('random');
    pools.follow(listing({ shop: [1, 2], api: [1, 7] }), () => {});
    expect([portsOf('shop'), kept('shop').policyName, portsOf('api')]).toEqual([[1, 2, 5], 'random', [1, 7]]);
    expect(told.filter((line) => line.startsWith('overridden'))).toEqual([]);
  });

  test('is overridden by a configuration that says something else, which is told', () => {
    const { pools, kept, portsOf, told } = pooled({ shop: [1, 2] });
    kept('shop').membership.add(originAt(5));
    kept('shop').choosePolicy('random');
    pools.follow(listing({ shop: [1, 3] }, { shop: 'first' }), () => {});
    expect([portsOf('shop'), kept('shop').policyName]).toEqual([[1, 3], 'first']);
    expect(told).toContain('overridden in shop: 127.0.0.1:5');
  });
});

test('whoever watches is told of pools that come and go, and of how origins stand in each', () => {
  const { pools, kept, told } = pooled({ shop: [1, 2] });
  let times = 0;
  pools.observe(() => {
    times += 1;
  });
  pools.follow(listing({ shop: [1, 2], api: [1, 2] }), () => {});
  expect(times).toBeGreaterThan(0);
  times = 0;
  kept('api').roster.drain('127.0.0.1:1');
  expect([times, told.at(-1)]).toEqual([1, '127.0.0.1:1 of api drained']);
});

test('how the origins are is known after a probe of each, and a pool that comes later changes nothing of that', async () => {
  const { pools, kept } = pooled({ shop: [1, 2] });
  pools.start();
  expect(pools.knows).toBe(false);
  await until(
    () => pools.knows,
    () => kept('shop').health.knows,
  );
  pools.follow(listing({ shop: [1, 2], api: [1] }), () => {});
  expect([kept('api').health.knows, pools.knows]).toEqual([false, true]);
});
