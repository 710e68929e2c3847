import { isDeepStrictEqual } from 'node:util';
import type { WaitingRoom } from './admit/waiting-room.ts';
import type { Config } from './config/options.ts';
import type { ForwardRules } from './forward/forward.ts';
import type { Transport } from './forward/transport.ts';
import type { Pool } from './pool/pool.ts';
import { policies } from './select/policies.ts';
import { settingsOf } from './settings.ts';

/** The configuration that a balancer runs with now, and what follows from it for the next request. */
export interface Live {
  config: Config;
  rules: ForwardRules;
}

/** The parts that can follow another configuration while they run. */
export interface LiveParts {
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly transport: Transport;
  readonly now: () => number;
}

/** The rules of a configuration; a policy that is in use already keeps what it remembers. */
export function rulesOf(config: Config, now: () => number, before?: Live): ForwardRules {
  const policy = before?.config.policy === config.policy ? before.rules.policy : policyNamed(config.policy, now);
  return { policy, retries: config.retries, patience: config.idleTimeout };
}

/** Makes a running balancer follow another configuration. Requests that run go on as they began. */
export function reconfigure(live: Live, next: Config, { pool, room, transport, now }: LiveParts): void {
  const before = live.config;
  live.rules = rulesOf(next, now, live);
  live.config = next;
  if (!isDeepStrictEqual(settingsOf.transport(before), settingsOf.transport(next))) transport.configure(settingsOf.transport(next));
  pool.configure(settingsOf.pool(next));
  room.configure(settingsOf.room(next));
  pool.roster.replace(next.origins);
}

function policyNamed(name: string, now: () => number) {
  const factory = policies[name];
  if (!factory) throw new Error(`the configuration let an unknown policy through: ${name}`);
  return factory({ random: Math.random, now });
}
