import { ConfigError, type Environment } from './config/configuration.ts';
import { help } from './config/help.ts';
import type { Config } from './config/options.ts';
import { type Command, readCommand } from './config/read.ts';
import type { Deploy } from './deploy/deploy.ts';
import { clientsPossible, descriptorLimit } from './process/descriptors.ts';
import { version } from './process/version.ts';
import { canSharePorts } from './threads/port-sharing.ts';

// What is big is loaded by who needs it: `check` needs none of it.
const running = () => import('./balancer.ts');
const deploying = () => import('./deploy/deploy.ts');

/** Does what the command line and the environment ask for. A balancer that was started runs on when this resolves. */
export async function obey(args: readonly string[], env: Environment): Promise<void> {
  const command = readCommandOrExit(args, env);
  switch (command.kind) {
    case 'help':
      console.log(help());
      break;
    case 'version':
      console.log(version());
      break;
    case 'checked':
      for (const warning of command.warnings) console.log(`warning: ${warning}`);
      console.log(`${command.file} can be used`);
      break;
    case 'deploy':
      process.exitCode = await deployed(command);
      break;
    case 'run':
      for (const warning of command.warnings) console.error(`balancer: warning: ${warning}`);
      await (await running()).run(withClientsPossible(await withThreadsPossible(command.config)));
  }
}

function readCommandOrExit(args: readonly string[], env: Environment): Command {
  try {
    return readCommand(args, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const what = args[0] === 'deploy' ? 'command' : 'configuration';
    console.error([`balancer: this ${what} cannot be used`, ...error.problems].join('\n  '));
    process.exit(2);
  }
}

/** Has a running balancer replace the origins of a pool; the exit status. */
async function deployed(wanted: Deploy): Promise<number> {
  const { isDone, sentence } = await (await deploying()).deploy(wanted);
  if (isDone) console.log(sentence);
  else console.error(`balancer: ${sentence}`);
  return isDone ? 0 : 1;
}

/** The configuration with as many threads as can be had here. */
async function withThreadsPossible(config: Config): Promise<Config> {
  if (config.threads === 1 || (await canSharePorts())) return config;
  console.error('balancer: --threads: this system does not let threads share a port; one thread serves');
  return { ...config, threads: 1 };
}

/** The configuration with as many clients as there are descriptors for. */
function withClientsPossible(config: Config): Config {
  const limit = descriptorLimit();
  const maxClients = clientsPossible(limit, config);
  if (maxClients < config.maxClients) {
    console.error(
      `balancer: --max-clients: ${limit} files may be open here (ulimit -n), which lets ${maxClients} clients in and not ${config.maxClients}; the rest is kept for origins`,
    );
  }
  return { ...config, maxClients };
}
