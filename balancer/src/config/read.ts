import { parseArgs } from 'node:util';
import { type Config, flagOf, type OptionName, optionNames, options, standardOf, variableOf } from './options.ts';
import { InvalidValue } from './values.ts';

/** A configuration that can't be used; `problems` has one sentence each, led by the option's name. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** What the command line asks for. */
export type Command = { readonly kind: 'run'; readonly config: Config } | { readonly kind: 'help' } | { readonly kind: 'version' };

/**
 * Reads the command line and the environment: a flag beats the environment, which beats the default.
 * Throws ConfigError with every problem at once.
 */
export function readCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const { flags, problems } = readFlags(args);
  if (flags.has('help')) return { kind: 'help' };
  if (flags.has('version')) return { kind: 'version' };

  const entries = optionNames.map((name) => [name, readOption(name, flags.get(flagOf(name)), env[variableOf(name)], problems)]);
  if (problems.length > 0) throw new ConfigError(problems);
  return { kind: 'run', config: Object.freeze(Object.fromEntries(entries)) as unknown as Config };
}

/** One option's value, from the first of flag, environment and default that is given. A variable set to nothing is not given. */
function readOption(name: OptionName, flag: string | undefined, variable: string | undefined, problems: string[]): unknown {
  const label = flag === undefined ? variableOf(name) : `--${flagOf(name)}`;
  const text = flag ?? (variable || standardOf(name));
  try {
    if (text === '') throw new InvalidValue(`needs a value, such as ${label}=${standardOf(name)}`);
    return options[name].read(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    problems.push(...error.problems.map((problem) => `${label}: ${problem}`));
    return undefined;
  }
}

/** The flags given, by name without dashes (empty where no value follows), and what can't be a flag. */
function readFlags(args: readonly string[]): { flags: Map<string, string>; problems: string[] } {
  const valued = Object.fromEntries(optionNames.map((name) => [flagOf(name), { type: 'string' as const }]));
  const known = { ...valued, help: { type: 'boolean' as const, short: 'h' }, version: { type: 'boolean' as const } };
  const { tokens } = parseArgs({ args: valuesBound(args.map(withTwoDashes), valued), options: known, strict: false, tokens: true });
  const flags = new Map<string, string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`${token.value}: unexpected; every setting is an option, see --help`);
    if (token.kind !== 'option') continue;
    if (token.name in known) flags.set(token.name, token.value ?? '');
    else problems.push(`${token.rawName}: unknown option; see --help`);
  }
  return { flags, problems };
}

/** Go's flag package takes one dash or two: `-port=8080` is `--port=8080`. */
function withTwoDashes(arg: string): string {
  return arg.replace(/^-(?=[a-z]{2})/, '--');
}

/** Gives a flag that lacks its value an empty one, so that it can't take the next flag for it. */
function valuesBound(args: readonly string[], valued: object): string[] {
  return args.map((arg, index) => {
    const lacksValue = arg.slice(2) in valued && (args[index + 1] ?? '-').startsWith('-');
    return lacksValue ? `${arg}=` : arg;
  });
}
