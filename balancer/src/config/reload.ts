import { changesBetween, merged } from './changes.ts';
import type { Config } from './options.ts';
import { ConfigError } from './read.ts';

/** What a reload works with. */
export interface ReloadParts {
  /** Reads the configuration again; throws ConfigError. */
  readonly read: () => Config;
  /** Makes the running balancer follow another configuration; resolves once it does. */
  readonly apply: (config: Config) => Promise<void>;
  readonly note: (message: string) => void;
}

/** Makes a function that takes on what has changed in the configuration. One that can't be used is refused whole, and the running one stays. */
export function reloader(running: Config, { read, apply, note }: ReloadParts): () => Promise<void> {
  let current = running;
  let latest = running;
  return async () => {
    const next = readOrRefuse(read, note);
    if (!next) return;
    const { live } = changesBetween(current, next);
    const { restart } = changesBetween(latest, next);
    latest = next;
    if (restart.length > 0) note(`changed, but needs a restart: ${restart.join(', ')}`);
    if (live.length === 0) return;
    current = merged(current, next);
    await apply(current);
    note(`configuration changed: ${live.join(', ')}`);
  };
}

function readOrRefuse(read: () => Config, note: (message: string) => void): Config | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    note(`the new configuration cannot be used, the running one stays: ${error.problems.join('; ')}`);
    return undefined;
  }
}
