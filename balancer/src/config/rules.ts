import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from '../brain/pool/ledger.ts';
import type { Pool } from '../brain/pool/pool.ts';
import { turnsIn } from '../brain/pool/turns.ts';
import type { Origin } from '../brain/select/origin.ts';
import { policies, policyNumberOf } from '../brain/select/policies.ts';
import type { Load, PolicyEnv, SelectionPolicy } from '../brain/select/policy.ts';
import { loadProbe } from '../probe/load-probe.ts';
import type { LaneRules } from '../route/lane.ts';
import { Stickiness } from '../route/sticky.ts';
import { handshakeOf } from './handshake.ts';
import type { Settings } from './options.ts';
import { stickySecretOf } from './shared-secret.ts';

/** What a policy works with in one thread. */
export interface PolicyParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly now: () => number;
}

/**
 * The name of the policy to go on with under other settings: one that was chosen by hand stays until the settings name another than
 * before. This is decided once, and then told to every thread.
 */
export function policyUnder(next: Settings, before: Settings, inUse: string): string {
  return next.policy === before.policy ? inUse : next.policy;
}

/** What holds in a pool with those settings. `secret` is what sticky cookies are encrypted with where they name none. */
export function rulesOf(settings: Settings, policy: SelectionPolicy, policyName: string, secret: string): LaneRules {
  const { sticky, hashKey, retries, totalTimeout, idleTimeout, minBodyRate } = settings;
  const sealing = stickySecretOf(settings) ?? secret;
  const stickiness = sticky === undefined ? undefined : new Stickiness(sticky, sealing);
  const choice = { policy, policyName, policyNumber: policyNumberOf(policyName), key: hashKey, stickiness };
  return { ...choice, retries, totalTimeout, patience: idleTimeout, minBodyRate };
}

/** Whether a policy that asks origins for their load goes on asking them the same. */
export function isSameProbe(next: Settings, before: Settings): boolean {
  const { probePath, healthHost } = next;
  return probePath === before.probePath && healthHost === before.healthHost && isDeepStrictEqual(handshakeOf(next), handshakeOf(before));
}

/** Makes the policy of that name, which must be a known one. */
export function createPolicy(name: string, settings: Settings, { now, ledger, pool }: PolicyParts): SelectionPolicy {
  const { probePath, healthHost } = settings;
  const factory = policies[name];
  if (!factory) throw new Error(`the configuration let an unknown policy through: ${name}`);
  const turns = turnsIn(ledger, pool.roster);
  return factory({
    random: Math.random,
    now,
    turns,
    ...(probePath === undefined ? {} : { probe: telling(loadProbe(probePath, healthHost, handshakeOf(settings))) }),
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
