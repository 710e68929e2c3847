import { type Config, flagOf, type OptionName, optionNames, type PoolConfig, type Settings } from './options.ts';
import { poolOptions } from './pool-options.ts';
import { poolsOf } from './pools.ts';

/** Options that a running balancer takes on; the others need a restart. */
const live: ReadonlySet<OptionName> = new Set([
  'origins',
  'originCa',
  'originName',
  'originVerify',
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
  'healthGrpc',
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
  'deployTimeout',
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
  'adminReadonly',
  'demo',
  'stickySecret',
  'stickySecretFile',
  'tlsCert',
  'tlsKey',
  'tlsMinVersion',
  'redirectToHttps',
  'sharedSecret',
  'sharedSecretFile',
]);

/**
 * The names of what differs between two configurations: what can change at once, and the options that need a restart. An option of a pool
 * is named with it, where it didn't just follow what holds for all.
 */
export function changesBetween(before: Config, after: Config): { readonly live: string[]; readonly restart: string[] } {
  const changed = optionNames.filter((name) => differ(before[name], after[name]));
  const routes = differ(before.routes, after.routes) ? ['routes'] : [];
  const certificates = differ(before.certificates, certificatesOf(before, after)) ? ['certificates'] : [];
  const acme = differ(before.acme, after.acme) ? ['acme'] : [];
  const canFollow = before.acme !== undefined && after.acme !== undefined;
  return {
    live: [
      ...changed.filter((name) => live.has(name)).map(flagOf),
      ...poolChanges(before, after),
      ...routes,
      ...certificates,
      ...(canFollow ? acme : []),
    ],
    restart: [...changed.filter((name) => !live.has(name)).map(flagOf), ...(canFollow ? [] : acme)],
  };
}

/** The configuration to run with: the new values of what can change at once, the old ones of everything else. */
export function merged(before: Config, after: Config): Config {
  const { pools, routes } = after;
  const acme = before.acme && (after.acme ?? before.acme);
  const certificates = certificatesOf(before, after);
  return Object.freeze({
    ...mergedSettings(before, after),
    ...(pools === undefined ? {} : { pools: pools.map(({ name, settings }) => ({ name, settings: mergedSettings(before, settings) })) }),
    ...(routes === undefined ? {} : { routes }),
    ...(certificates === undefined ? {} : { certificates }),
    ...(acme === undefined ? {} : { acme }),
  });
}

/** The port stays open until a restart, and something must be shown there. */
function certificatesOf(before: Config, after: Config): Config['certificates'] {
  return after.certificates ?? before.certificates;
}

/** What needs a restart is the same for all pools, since none has it for itself. */
function mergedSettings(before: Settings, after: Settings): Settings {
  const entries = optionNames.map((name) => [name, (live.has(name) ? after : before)[name]]);
  return Object.freeze(Object.fromEntries(entries)) as unknown as Settings;
}

/** Which pools differ: `pools` where others are there than before, and every option that a pool has and had. */
function poolChanges(before: Config, after: Config): string[] {
  const were = poolsOf(before);
  const are = poolsOf(after);
  const namesOf = (pools: readonly PoolConfig[]) => pools.map(({ name }) => name);
  const options = are.flatMap(({ name, settings }) => {
    const was = were.find((pool) => pool.name === name)?.settings;
    const changed = was === undefined ? [] : poolOptions.filter((option) => differ(was[option], settings[option]));
    const own = changed.filter((option) => differ([was?.[option], settings[option]], [before[option], after[option]]));
    return own.map((option) => `pool ${name}: ${flagOf(option)}`);
  });
  return differ(namesOf(were), namesOf(are)) ? ['pools', ...options] : options;
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
