import type { Deploy } from '../deploy/deploy.ts';
import { ConfigError, type Environment } from './configuration.ts';
import { readCommandLine } from './flags.ts';
import { withSecret } from './given.ts';
import { problemWith, variableOf } from './options.ts';
import { defaultPool } from './pools.ts';
import { problemWithPoolName } from './pools-in-file.ts';

const usualAdmin = 'http://127.0.0.1:8090';

/**
 * Reads `deploy [--admin URL] [--pool NAME] [--timeout 60s] ORIGIN…`, with the token from the environment, or from the file that this names.
 * Throws ConfigError with every problem at once.
 */
export function readDeployCommand(args: readonly string[], env: Environment): Deploy | 'help' {
  const { flags, words, problems } = readCommandLine(args, ['admin', 'pool', 'timeout']);
  if (flags.has('help')) return 'help';
  const { admin = usualAdmin, pool = defaultPool, timeout } = Object.fromEntries(flags);
  const complain = (about: string, problem: string | undefined) => {
    if (problem !== undefined) problems.push(`${about}: ${problem}`);
  };
  const token = tokenIn(env, problems);
  complain('--admin', problemWithAdmin(admin));
  const wrongName = problemWithPoolName(pool);
  complain('--pool', wrongName === undefined ? undefined : `"${pool}" ${wrongName}`);
  if (timeout !== undefined) complain('--timeout', problemWith('deployTimeout', timeout));
  const origins = words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter(Boolean);
  complain('deploy', problemWithOrigins(origins));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    admin: new URL(admin).origin,
    pool,
    origins,
    ...(timeout === undefined ? {} : { timeout }),
    ...(token === undefined ? {} : { token }),
  };
}

/** The token; nothing where none is given. */
function tokenIn(env: Environment, problems: string[]): string | undefined {
  const given = withSecret('adminToken', (name) => ({ flag: undefined, variable: env[variableOf(name)] }), problems);
  const token = given.secret?.text ?? given.variable;
  if (!token || token === 'none' || token === 'open') return undefined;
  const problem = problemWith('adminToken', token);
  if (problem !== undefined) problems.push(`${given.secret?.label ?? variableOf('adminToken')}: ${problem}`);
  return token;
}

function problemWithAdmin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOurs = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isOurs && url.href === `${url.origin}/`) return undefined;
  return `"${text}" is not where an admin side is; give scheme, host and port, such as ${usualAdmin}`;
}

/** A shell ends a word at each space. */
const wordsOfOrigins = /^(?:weight=|backup$|proxy-protocol=)/;

function problemWithOrigins(origins: readonly string[]): string | undefined {
  if (origins.length === 0) return 'no origin is listed; give the new ones, such as http://new-1:3000';
  const stray = origins.find((word) => wordsOfOrigins.test(word));
  if (stray !== undefined) return `"${stray}" stands alone; put it in quotes with its origin, as in "http://new-1:3000 weight=2"`;
  return problemWith('origins', origins.join(', '));
}
