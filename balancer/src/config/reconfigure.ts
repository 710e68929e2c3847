import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Pool } from '../brain/pool/pool.ts';
import { turnsIn } from '../brain/pool/turns.ts';
import type { WaitingRoom } from '../brain/queue/waiting-room.ts';
import type { Origin } from '../brain/select/origin.ts';
import { policies, policyNumberOf } from '../brain/select/policies.ts';
import type { Load, PolicyEnv, SelectionPolicy } from '../brain/select/policy.ts';
import { explainRule } from '../dispatch/explain.ts';
import type { RoadRules } from '../dispatch/rules.ts';
import { Stickiness } from '../dispatch/sticky.ts';
import type { Transport } from '../forward/transport.ts';
import { loadProbe } from '../probe/load-probe.ts';
import type { Config } from './options.ts';
import { settingsOf } from './settings.ts';

/** What a balancer runs with now. */
export interface Live {
  config: Config;
  /** The policy in use: the configured one, or one that was chosen by hand since. */
  policyName: string;
  /** What follows for the next request. */
  rules: RoadRules;
}

/** The parts of a thread that can follow another configuration while they run. */
export interface LiveParts {
  readonly pool: Pool;
  readonly room: WaitingRoom;
  readonly transport: Transport;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** What sticky cookies are encrypted with where the configuration names no secret. */
  readonly secret: string;
}

/** What a thread starts with. */
export function begin(config: Config, parts: LiveParts): Live {
  const policy = createPolicy(config.policy, config, parts);
  return { config, policyName: config.policy, rules: rulesOf(config, policy, config.policy, parts.secret) };
}

/**
 * The name of the policy to go on with under another configuration: one that was chosen by hand stays until the configuration names
 * another than before. This is decided once, and then told to every thread.
 */
export function policyUnder(next: Config, before: Config, inUse: string): string {
  return next.policy === before.policy ? inUse : next.policy;
}

/** Makes a thread follow another configuration and the policy of that name, but for the origins. Requests that run go on as they began. */
export function reconfigure(live: Live, next: Config, policyName: string, parts: LiveParts): void {
  const { pool, room, transport, secret } = parts;
  const before = live.config;
  const isSamePolicy = policyName === live.policyName && isSameProbe(next, before);
  const policy = isSamePolicy ? live.rules.policy : createPolicy(policyName, next, parts);
  live.config = next;
  live.policyName = policyName;
  live.rules = rulesOf(next, policy, policyName, secret);
  if (!isDeepStrictEqual(settingsOf.transport(before), settingsOf.transport(next))) transport.configure(settingsOf.transport(next));
  pool.configure(settingsOf.pool(next));
  room.configure(settingsOf.room(next));
}

/** Makes a thread choose by another policy, whose name must be a known one. The origins' figures stay. */
export function switchPolicy(live: Live, name: string, parts: LiveParts): void {
  const policy = createPolicy(name, live.config, parts);
  policy.prepare?.(parts.pool.usable());
  live.rules = { ...live.rules, policy, policyName: name, policyNumber: policyNumberOf(name) };
  live.policyName = name;
}

function rulesOf(config: Config, policy: SelectionPolicy, policyName: string, secret: string): RoadRules {
  const sealing = config.stickySecret === 'random' ? secret : config.stickySecret;
  const stickiness = config.sticky === undefined ? undefined : new Stickiness(config.sticky, sealing);
  const { hashKey, retries, totalTimeout, idleTimeout, minBodyRate, explain, trustedProxies } = config;
  const choice = { policy, policyName, policyNumber: policyNumberOf(policyName), key: hashKey, stickiness };
  return { ...choice, retries, totalTimeout, patience: idleTimeout, minBodyRate, explain: explainRule(explain, trustedProxies) };
}

/** Whether a policy that asks origins for their load goes on asking them the same. */
function isSameProbe(next: Config, before: Config): boolean {
  return next.probePath === before.probePath && next.healthHost === before.healthHost;
}

function createPolicy(name: string, { probePath, healthHost }: Config, { now, ledger, pool }: LiveParts): SelectionPolicy {
  const factory = policies[name];
  if (!factory) throw new Error(`the configuration let an unknown policy through: ${name}`);
  const turns = turnsIn(ledger, pool.roster);
  return factory({
    random: Math.random,
    now,
    turns,
    ...(probePath === undefined ? {} : { probe: telling(loadProbe(probePath, healthHost)) }),
  });
}

/** Has the load told, or nothing where there is none, instead of promised. */
function telling(ask: (origin: Origin) => Promise<Load>): NonNullable<PolicyEnv['probe']> {
  return async (origin, told) => {
    let load: Load | undefined;
    try {
      load = await ask(origin);
    } catch {
      // It doesn't say, for whatever reason.
    }
    told(load);
  };
}
