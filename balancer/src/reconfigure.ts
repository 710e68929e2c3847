import { isDeepStrictEqual } from 'node:util';
import type { WaitingRoom } from './admit/waiting-room.ts';
import type { Config } from './config/options.ts';
import type { ForwardRules } from './forward/forward.ts';
import { Stickiness } from './forward/sticky.ts';
import type { Transport } from './forward/transport.ts';
import { loadProbe } from './health/load-probe.ts';
import type { Pool } from './pool/pool.ts';
import { policies } from './select/policies.ts';
import type { SelectionPolicy } from './select/policy.ts';
import { settingsOf } from './settings.ts';

/** What a balancer runs with now. */
export interface Live {
  config: Config;
  /** The policy in use: the configured one, or one that was chosen by hand since. */
  policyName: string;
  /** What follows for the next request. */
  rules: ForwardRules;
}

/** The parts that can follow another configuration while they run. */
export interface LiveParts {
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly transport: Transport;
  readonly now: () => number;
  /** What sticky cookies are encrypted with. */
  readonly secret: string;
}

/** What a balancer starts with. */
export function begin(config: Config, { now, secret }: Pick<LiveParts, 'now' | 'secret'>): Live {
  const policy = createPolicy(config.policy, config, now);
  return { config, policyName: config.policy, rules: rulesOf(config, policy, secret) };
}

/** Makes a running balancer follow another configuration. Requests that run go on as they began. */
export function reconfigure(live: Live, next: Config, { pool, room, transport, now, secret }: LiveParts): void {
  const before = live.config;
  const isSamePolicy = next.policy === before.policy && next.probePath === before.probePath;
  if (!isSamePolicy) live.policyName = next.policy;
  live.config = next;
  live.rules = rulesOf(next, isSamePolicy ? live.rules.policy : createPolicy(next.policy, next, now), secret);
  if (!isDeepStrictEqual(settingsOf.transport(before), settingsOf.transport(next))) transport.configure(settingsOf.transport(next));
  pool.configure(settingsOf.pool(next));
  room.configure(settingsOf.room(next));
  pool.roster.replace(next.origins);
}

/** Makes a running balancer choose by another policy, whose name must be a known one. The origins' figures stay. */
export function switchPolicy(live: Live, name: string, { pool, now }: Pick<LiveParts, 'pool' | 'now'>): void {
  const policy = createPolicy(name, live.config, now);
  policy.prepare?.(pool.candidates([]));
  live.rules = { ...live.rules, policy };
  live.policyName = name;
}

function rulesOf(config: Config, policy: SelectionPolicy, secret: string): ForwardRules {
  const stickiness = config.sticky === undefined ? undefined : new Stickiness(config.sticky, secret);
  return { policy, key: config.hashKey, stickiness, retries: config.retries, patience: config.idleTimeout };
}

function createPolicy(name: string, { probePath }: Config, now: () => number): SelectionPolicy {
  const factory = policies[name];
  if (!factory) throw new Error(`the configuration let an unknown policy through: ${name}`);
  return factory({ random: Math.random, now, ...(probePath === undefined ? {} : { probe: loadProbe(probePath) }) });
}
