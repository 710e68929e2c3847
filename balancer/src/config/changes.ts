import { type Config, flagOf, type OptionName, optionNames } from './options.ts';

/** Options that a running balancer takes on; the others need a restart. */
const live: ReadonlySet<OptionName> = new Set([
  'origins',
  'policy',
  'hashKey',
  'sticky',
  'probePath',
  'connectTimeout',
  'responseTimeout',
  'totalTimeout',
  'idleTimeout',
  'maxAnswerHeader',
  'tunnelTimeout',
  'minBodyRate',
  'retries',
  'healthPath',
  'healthHost',
  'healthPort',
  'healthStatus',
  'healthInterval',
  'healthTimeout',
  'healthRise',
  'healthFall',
  'maxEjected',
  'slowStart',
  'drainTimeout',
  'maxConnections',
  'maxTunnels',
  'maxWaiting',
  'waitTimeout',
  'maxRunningPerAddress',
  'explain',
  'adminAllow',
  'adminToken',
  'adminTokenFile',
  'adminReadToken',
  'adminReadTokenFile',
  'stickySecret',
  'stickySecretFile',
]);

/** The names of the options in which two configurations differ: those that can change at once, and those that need a restart. */
export function changesBetween(before: Config, after: Config): { readonly live: string[]; readonly restart: string[] } {
  const changed = optionNames.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return { live: changed.filter((name) => live.has(name)).map(flagOf), restart: changed.filter((name) => !live.has(name)).map(flagOf) };
}

/** The configuration to run with: the new values of what can change at once, the old ones of everything else. */
export function merged(before: Config, after: Config): Config {
  const entries = optionNames.map((name) => [name, (live.has(name) ? after : before)[name]]);
  return Object.freeze(Object.fromEntries(entries)) as unknown as Config;
}
