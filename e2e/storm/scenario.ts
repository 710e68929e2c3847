import { policies } from '../../balancer/src/brain/select/policies.ts';
import type { BalancerSettings } from '../../balancer/src/simulate/pool.ts';
import type { Happening, OriginPlan, Scenario } from '../../balancer/src/simulate/scenario.ts';
import { Dice } from './dice.ts';
import { withPools } from './pooled.ts';

/** What tells the choices about pools from all others, so that a world has the same beginnings with and without them. */
const pooled = 0x9e3779b9;

/** The world of a seed: origins, balancers, clients, settings, and what goes wrong; in every second one, pools and routes as well. */
export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed ^ pooled);
  const world = worldOf(new Dice(seed));
  return dice.chance(0.5) ? withPools(world, dice, { originOf, settingsOf }) : world;
}

function worldOf(dice: Dice): Scenario {
  const seconds = dice.whole(1, 4);
  const origins = Array.from({ length: dice.whole(1, 12) }, () => originOf(dice));
  const rate = dice.oneOf(20, 60, 150);
  const count = dice.whole(0, 8);
  return {
    ...{ seconds, origins, balancers: dice.oneOf(1, 1, 2, 3), threads: dice.whole(1, 3), settings: settingsOf(dice) },
    clients: {
      ...{ count: dice.oneOf(1, 5, 100), rate, posts: dice.oneOf(0, 0.3) },
      patience: dice.oneOf(Number.POSITIVE_INFINITY, 30, 500),
      retries: dice.oneOf(0, 0, 2),
    },
    events: Array.from({ length: count }, () => ({ ...happeningOf(dice, origins), at: Math.round(dice.upTo(seconds * 1000)) })),
  };
}

function originOf(dice: Dice): OriginPlan {
  return { pace: dice.oneOf(2, 10, 50), workers: dice.whole(1, 4), weight: dice.oneOf(1, 1, 1, 2, 5, 0), backup: dice.chance(0.1) };
}

function settingsOf(dice: Dice): BalancerSettings {
  return {
    policy: dice.oneOf(...Object.keys(policies)),
    pool: { maxConnections: dice.oneOf(1, 3, 512), slowStart: dice.oneOf(0, 0, 2000) },
    room: { maxWaiting: dice.oneOf(0, 3, 100), maxWait: dice.oneOf(50, 1000), maxRunning: dice.oneOf<'fair' | number>('fair', 2, 100) },
    patience: { connect: 200, response: dice.oneOf(100, 1000) },
    retries: dice.whole(0, 3),
    totalTimeout: dice.oneOf(200, 60_000),
    health: { interval: dice.oneOf(100, 500, 2000), timeout: 100, rise: 2, fall: 3, maxEjected: dice.oneOf(0.5, 0.3, 1) },
  };
}

function happeningOf(dice: Dice, origins: readonly OriginPlan[]): Happening {
  const origin = dice.whole(0, origins.length - 1);
  const kind = dice.oneOf(
    'condition',
    'condition',
    'condition',
    'slow',
    'errors',
    'dependency',
    'steer',
    'steer',
    'reload',
    'settings',
    'burst',
    'loseThread',
  );
  switch (kind) {
    case 'condition':
      return { kind, origin, condition: dice.oneOf('up', 'crashed', 'hung') };
    case 'slow':
      return { kind, origin, times: dice.oneOf(1, 10, 50) };
    case 'errors':
      return { kind, origin, share: dice.oneOf(0, 0.5, 1) };
    case 'dependency':
      return { kind, share: dice.oneOf(0, 0.7, 1) };
    case 'steer':
      return { kind: dice.oneOf('drain', 'enable'), origin };
    case 'reload': {
      const kept = origins.map((_, number) => ({ origin: number, weight: dice.oneOf(1, 1, 2) })).filter(() => dice.chance(0.7));
      return { kind, origins: kept.length > 0 ? kept : [{ origin, weight: 1 }] };
    }
    case 'settings':
      return { kind, changes: settingsChangeOf(dice) };
    case 'burst':
      return { kind, requests: dice.oneOf(20, 100) };
    case 'loseThread':
      return { kind, balancer: dice.whole(0, 2), thread: dice.whole(0, 2) };
  }
}

function settingsChangeOf(dice: Dice): Partial<BalancerSettings> {
  const { policy, pool, room, retries } = settingsOf(dice);
  return dice.oneOf<Partial<BalancerSettings>>({ policy }, { policy }, { pool }, { room }, { retries });
}
