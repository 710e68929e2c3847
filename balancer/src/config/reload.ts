import { setTimeout as delay } from 'node:timers/promises';
import { changesBetween, merged } from './changes.ts';
import { ConfigError } from './configuration.ts';
import type { Config } from './options.ts';

/** What a reload works with. */
export interface ReloadParts {
  /** Reads the configuration again; throws ConfigError. */
  readonly read: () => Config;
  /** Makes the running balancer follow another configuration; resolves once it does. Rejects, or throws, where it can't, and nothing has changed then. */
  readonly apply: (config: Config) => Promise<void>;
  readonly note: (message: string) => void;
}

/**
 * Makes a function that takes on what has changed in the configuration. One that can't be used is refused whole, and the running one stays.
 * Each call waits for the one before: what has changed is known only by what is followed.
 */
export function reloader(running: Config, { read, apply, note }: ReloadParts): () => Promise<void> {
  let current = running;
  let latest = running;
  const follow = async () => {
    const next = await readOrRefuse(read, note);
    if (!next) return;
    const { live } = changesBetween(current, next);
    noteRestarts(changesBetween(latest, next).restart, changesBetween(current, next).restart, note);
    latest = next;
    if (live.length === 0) return;
    const wanted = merged(current, next);
    try {
      await apply(wanted);
    } catch (error) {
      note(`the new configuration cannot be followed, the running one stays: ${(error as Error).message}`);
      return;
    }
    current = wanted;
    note(`configuration changed: ${live.join(', ')}`);
  };
  let turn = Promise.resolve();
  return () => {
    turn = turn.then(follow);
    return turn;
  };
}

/** Says what needs a restart, once; and what needs none any more, since it is again as it runs. */
function noteRestarts(changed: readonly string[], pending: readonly string[], note: (message: string) => void): void {
  const needed = changed.filter((name) => pending.includes(name));
  const back = changed.filter((name) => !pending.includes(name));
  if (needed.length > 0) note(`changed, but needs a restart: ${needed.join(', ')}`);
  if (back.length > 0) note(`changed back, and needs no restart any more: ${back.join(', ')}`);
}

/** How long a certificate and its key may be of two different pairs, since one is written after the other, in ms, and how often that is looked at. */
const halfWritten = 1000;
const pace = 50;

async function readOrRefuse(read: () => Config, note: (message: string) => void): Promise<Config | undefined> {
  let result = readOrProblems(read);
  const end = performance.now() + halfWritten;
  if ('isHalfWritten' in result && result.isHalfWritten) {
    while ('problems' in result && performance.now() < end) {
      await delay(pace);
      result = readOrProblems(read);
    }
  }
  if ('config' in result) return result.config;
  note(`the new configuration cannot be used, the running one stays: ${result.problems.join('; ')}`);
  return undefined;
}

function readOrProblems(read: () => Config): { readonly config: Config } | Pick<ConfigError, 'problems' | 'isHalfWritten'> {
  try {
    return { config: read() };
  } catch (error) {
    return error instanceof ConfigError ? error : { problems: [(error as Error).message], isHalfWritten: false };
  }
}
