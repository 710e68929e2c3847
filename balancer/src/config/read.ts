import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { plainAddress } from '../admit/address.ts';
import { problemWithExposure, problemWithReadToken } from './admin-token.ts';
import { type FileSettings, readFile } from './file.ts';
import { ask, meantBy } from './nearest.ts';
import { type Config, flagOf, type OptionName, optionNames, options, standardOf, variableOf } from './options.ts';
import { isOwnPort, type OwnPort } from './own-port.ts';
import { secretFiles, secretIn } from './secret-files.ts';
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
export type Command =
  | { readonly kind: 'run'; readonly config: Config }
  | { readonly kind: 'checked'; readonly file: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line, the environment and the configuration file: a flag beats the environment, which beats the file,
 * which beats the default. `check FILE` reads a file alone, but for secrets in the environment. Throws ConfigError with every problem at once.
 */
export function readCommand(args: readonly string[], env: Environment): Command {
  if (args[0] === 'check') return check(args.slice(1), env);
  const { flags, problems } = readFlags(args);
  if (flags.has('help')) return { kind: 'help' };
  if (flags.has('version')) return { kind: 'version' };
  return { kind: 'run', config: readConfig(flags, env, problems, ownAddresses()) };
}

function check(args: readonly string[], env: Environment): Command {
  const [file, ...more] = args;
  if (!file || more.length > 0) throw new ConfigError(['check: give the one file to check, such as check balancer.yml']);
  // A secret has no place in a file, and without one that file may be unusable.
  const variables = Object.entries(secretFiles)
    .flat()
    .map((name) => variableOf(name as OptionName));
  readConfig(new Map([['config', file]]), Object.fromEntries(variables.map((name) => [name, env[name]])), []);
  return { kind: 'checked', file };
}

function readConfig(flags: ReadonlyMap<string, string>, env: Environment, problems: string[], addresses: readonly string[] = []): Config {
  const file = readOption('config', { flag: flags.get('config'), variable: env[variableOf('config')] }, problems) as string | undefined;
  const { texts, lines, problems: wrongInFile } = file ? readFile(file) : nothing;
  problems.push(...wrongInFile);
  const givenFor = (name: OptionName) => ({
    flag: flags.get(flagOf(name)),
    variable: env[variableOf(name)],
    line: texts.get(name),
    file,
    at: lines.get(name),
  });
  const entries = optionNames.map((name) => [
    name,
    name === 'config' ? file : readOption(name, withSecret(name, givenFor, problems), problems),
  ]);
  const config = Object.freeze(Object.fromEntries(entries)) as unknown as Config;
  const exposure = exposureIn(config);
  if (exposure !== undefined) problems.push(`${labelOf('adminHost', givenFor('adminHost'))}: ${exposure}`);
  problems.push(...loopsIn(config, addresses).map((loop) => `${labelOf('origins', givenFor('origins'))}: ${loop}`));
  const selfProbe = selfProbeIn(config, addresses);
  if (selfProbe !== undefined) problems.push(`${labelOf('healthPort', givenFor('healthPort'))}: ${selfProbe}`);
  const misfit = misfitIn(config);
  if (misfit !== undefined) problems.push(`${labelOf('adminReadToken', withSecret('adminReadToken', givenFor, []))}: ${misfit}`);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** What is wrong with the admin side's address, token and callers together. One that can't be used itself is missing, and was told already. */
function exposureIn({ adminPort, adminHost, adminToken, adminAllow }: Partial<Config>): string | undefined {
  if (adminPort === 'off' || adminHost === undefined || adminToken === undefined || adminAllow === undefined) return undefined;
  return problemWithExposure(adminHost, adminToken, adminAllow);
}

/** Which origins are the balancer itself. */
function loopsIn(
  { origins = [], port = 0, host = '*', adminPort = 'off', adminHost = '*' }: Partial<Config>,
  addresses: readonly string[],
): string[] {
  return origins.flatMap((origin) => {
    if (isOwnPort(origin, { port, host }, addresses))
      return [`${origin.id} is where the balancer itself listens (--port), so that requests would go round in circles; give another port`];
    return isOwnPort(origin, { port: adminPort, host: adminHost }, addresses)
      ? [`${origin.id} is the balancer's own admin side (--admin-port), which clients must not reach; give another port`]
      : [];
  });
}

/** Whether probes would ask the balancer itself how its origins are: at one port for all, which is its own on their machine. */
function selfProbeIn(
  { origins = [], port = 0, host = '*', adminPort = 'off', adminHost = '*', healthPort }: Partial<Config>,
  addresses: readonly string[],
): string | undefined {
  if (healthPort === undefined) return undefined;
  for (const { id, url } of origins) {
    const probed = new URL(url);
    probed.port = String(healthPort);
    const isAt = (own: OwnPort) => isOwnPort({ url: probed }, own, addresses);
    if (isAt({ port, host }))
      return `${healthPort} is where the balancer itself listens (--port) on the machine of ${id}, so that probes would ask it and not the origin; give another port`;
    if (isAt({ port: adminPort, host: adminHost }))
      return `${healthPort} is the balancer's own admin side (--admin-port) on the machine of ${id}, so that probes would ask it and not the origin; give another port`;
  }
  return undefined;
}

/** The addresses of this machine. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => plainAddress(address)) ?? []);
}

/** What is wrong with the two tokens together. */
function misfitIn({ adminToken, adminReadToken }: Partial<Config>): string | undefined {
  return adminToken === undefined || adminReadToken === undefined ? undefined : problemWithReadToken(adminReadToken, adminToken);
}

const nothing: FileSettings = { texts: new Map(), lines: new Map(), problems: [] };

/** Where an option may be given. */
interface Given {
  readonly flag: string | undefined;
  readonly variable: string | undefined;
  readonly line?: string | undefined;
  readonly file?: string | undefined;
  /** The number of that line. */
  readonly at?: number | undefined;
  /** What was in the file that is for it, and how its user would name that. */
  readonly secret?: { readonly label: string; readonly text: string };
}

/** Where an option is given; a secret's text may be in a file that another option names. */
function withSecret(name: OptionName, givenFor: (name: OptionName) => Given, problems: string[]): Given {
  const own = givenFor(name);
  const fileOption = Object.hasOwn(secretFiles, name) ? secretFiles[name as keyof typeof secretFiles] : undefined;
  if (fileOption === undefined) return own;
  const inFile = givenFor(fileOption);
  const path = inFile.flag ?? (inFile.variable || (inFile.line ?? 'none'));
  if (path === 'none' || path === '') return own;
  const label = labelOf(fileOption, inFile);
  if (own.flag !== undefined || own.variable || own.line !== undefined) {
    problems.push(`${label}: ${labelOf(name, own)} is given as well; give one of the two`);
    return own;
  }
  const secret = secretIn(path);
  if ('text' in secret) return { flag: undefined, variable: undefined, secret: { label, text: secret.text } };
  problems.push(`${label}: ${secret.problem}`);
  return own;
}

/** One option's value, from the first of flag, environment, file and default that is given. A variable set to nothing is not given. */
function readOption(name: OptionName, given: Given, problems: string[]): unknown {
  const label = labelOf(name, given);
  const text = given.secret?.text ?? given.flag ?? (given.variable || (given.line ?? standardOf(name)));
  try {
    if (text === '') throw new InvalidValue(`needs a value, such as ${standardOf(name)}`);
    return options[name].read(text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    problems.push(...error.problems.map((problem) => `${label}: ${problem}`));
    return undefined;
  }
}

/** How the user who gave an option would name it. */
function labelOf(name: OptionName, { flag, variable, line, file, at, secret }: Given): string {
  if (secret !== undefined) return secret.label;
  if (flag !== undefined) return `--${flagOf(name)}`;
  return !variable && line !== undefined ? `${file}, line ${at}: ${flagOf(name)}` : variableOf(name);
}

/** The flags given, by name without dashes (empty where no value follows), and what can't be a flag. */
function readFlags(args: readonly string[]): { flags: Map<string, string>; problems: string[] } {
  const valued = Object.fromEntries(optionNames.map((name) => [flagOf(name), { type: 'string' as const }]));
  const known = { ...valued, help: { type: 'boolean' as const, short: 'h' }, version: { type: 'boolean' as const } };
  const { tokens } = parseArgs({ args: valuesBound(args.map(withTwoDashes), valued), options: known, strict: false, tokens: true });
  const flags = new Map<string, string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`${token.value}: unexpected; ${hintAbout(token.value)}`);
    if (token.kind !== 'option') continue;
    if (token.name in known) flags.set(token.name, token.value ?? '');
    else problems.push(`${token.rawName}: unknown option${ask(dashed(meantBy(token.name, Object.keys(known))))}; see --help`);
  }
  return { flags, problems };
}

/** What somebody probably wanted who wrote a word that belongs to no option. */
function hintAbout(word: string): string {
  if (/\.ya?ml$/i.test(word)) return `give a file as --config ${word}, or check it with check ${word}`;
  // A shell ends a value at the first space.
  if (/^https?:\/\/|^weight=|^backup\b/.test(word))
    return 'put a list with spaces in quotes, as in --origins "http://a:1 weight=2, http://b:2"';
  return 'every setting is an option, see --help';
}

function dashed(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `--${name}`;
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
