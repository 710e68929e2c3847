import { flagOf, type OptionName, optionNames } from './options.ts';

const ofPools: ReadonlySet<OptionName> = new Set([
  ...(['origins', 'originCa', 'originName', 'originVerify', 'policy', 'hashKey', 'sticky', 'stickySecret', 'probePath'] as const),
  ...(['connectTimeout', 'responseTimeout', 'totalTimeout', 'idleTimeout', 'tunnelTimeout'] as const),
  ...(['minBodyRate', 'maxAnswerHeader', 'retries'] as const),
  ...([
    'healthPath',
    'healthGrpc',
    'healthHost',
    'healthPort',
    'healthStatus',
    'healthInterval',
    'healthTimeout',
    'healthRise',
    'healthFall',
  ] as const),
  ...(['maxEjected', 'slowStart', 'drainTimeout', 'deployTimeout'] as const),
  ...(['maxConnections', 'maxWaiting', 'waitTimeout', 'maxRunningPerAddress'] as const),
]);

/** The options that each pool may have for itself; all others hold for the whole balancer. */
export const poolOptions: readonly OptionName[] = optionNames.filter((name) => ofPools.has(name));

/** The option of a flag that a pool may have for itself. */
export function poolOption(flag: string): OptionName | undefined {
  return poolOptions.find((name) => flagOf(name) === flag);
}
