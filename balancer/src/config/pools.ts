import type { Config, PoolConfig } from './options.ts';

/** The name of the pool that `--origins` lists. */
export const defaultPool = 'default';

/** All pools of a configuration, in the file's order. */
export function poolsOf(config: Config): readonly PoolConfig[] {
  return config.pools ?? [{ name: defaultPool, settings: config }];
}
