import { ConfigError } from '../../src/config/configuration.ts';
import type { Config } from '../../src/config/options.ts';
import { readCommand } from '../../src/config/read.ts';

/** The configuration that a command line and an environment make. */
export function config(args: string[], env: Record<string, string> = {}): Config {
  const command = readCommand(args, env);
  if (command.kind !== 'run') throw new Error(`read as ${command.kind}`);
  return command.config;
}

/** What is wrong with them; nothing where they can be used. */
export function problems(args: string[], env: Record<string, string> = {}): readonly string[] {
  try {
    readCommand(args, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
