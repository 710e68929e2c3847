import type { Config } from './options.ts';
import { poolsOf } from './pools.ts';
import { type Beat, watch } from './watch.ts';

/** The files that a configuration comes from and that are watched: its own, and those of certificates. */
export function watchedFiles(config: Config): readonly string[] {
  const files = [config, ...poolsOf(config).map(({ settings }) => settings)].map(({ originCa }) => originCa?.file);
  const pairs = (config.certificates ?? []).flatMap(({ file, keyFile }) => [file, keyFile]);
  return [...new Set([config.config, ...files, ...pairs])].filter((file) => file !== undefined);
}

/** Makes a function that has these files watched, and those of before no more; see watch. */
export function watcher(changed: () => void, beat?: Beat): (files: readonly string[]) => void {
  const watches = new Map<string, () => void>();
  return (files) => {
    for (const [file, end] of watches) {
      if (files.includes(file)) continue;
      end();
      watches.delete(file);
    }
    for (const file of files) if (!watches.has(file)) watches.set(file, watch(file, changed, beat));
  };
}
