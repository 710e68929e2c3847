import type { Deploy } from '../deploy/deploy.ts';
import { ConfigError, type Environment, type ReadConfig, readConfig } from './configuration.ts';
import { readDeployCommand } from './deploy-command.ts';
import { readFlags } from './flags.ts';
import { ownAddresses } from './loops.ts';
import { type OptionName, variableOf } from './options.ts';
import { secretFiles } from './secret-files.ts';

/** What the command line asks for. Warnings say what can be used and is hardly meant. */
export type Command =
  | ({ readonly kind: 'run' } & ReadConfig)
  | { readonly kind: 'checked'; readonly file: string; readonly warnings: readonly string[] }
  | ({ readonly kind: 'deploy' } & Deploy)
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/**
 * Reads the command line, the environment and the configuration file: a flag beats the environment, which beats the file,
 * which beats the default. `check FILE` reads a file alone, but for secrets in the environment; `deploy` reads nothing but its own flags and
 * the token. Throws ConfigError with every problem at once.
 */
export function readCommand(args: readonly string[], env: Environment): Command {
  if (args[0] === 'check') return check(args.slice(1), env);
  if (args[0] === 'deploy') return deployCommand(args.slice(1), env);
  const { flags, problems } = readFlags(args);
  if (flags.has('help')) return { kind: 'help' };
  if (flags.has('version')) return { kind: 'version' };
  return { kind: 'run', ...readConfig({ flags, env, problems, addresses: ownAddresses() }) };
}

function deployCommand(args: readonly string[], env: Environment): Command {
  const read = readDeployCommand(args, env);
  return read === 'help' ? { kind: 'help' } : { kind: 'deploy', ...read };
}

function check(args: readonly string[], env: Environment): Command {
  const [file, ...more] = args;
  if (!file || more.length > 0) throw new ConfigError(['check: give the one file to check, such as check balancer.yml']);
  // A secret has no place in a file, and without one that file may be unusable.
  const variables = Object.entries(secretFiles)
    .flat()
    .map((name) => variableOf(name as OptionName));
  const secrets = Object.fromEntries(variables.map((name) => [name, env[name]]));
  const { warnings } = readConfig({ flags: new Map([['config', file]]), env: secrets, problems: [], addresses: [] });
  return { kind: 'checked', file, warnings };
}
