import { problemWithExposure, problemWithReadToken } from './admin-token.ts';
import { type FileSettings, readFile } from './file.ts';
import { type Given, labelOf, readOption, withSecret } from './given.ts';
import { loopsIn, selfProbeIn } from './loops.ts';
import { type Config, flagOf, type OptionName, optionNames, type Settings, variableOf } from './options.ts';
import { type LabelledPool, poolConfigs } from './pool-configs.ts';

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration that can't be used; `problems` has one sentence each, led by the option's name. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Where a configuration comes from. */
export interface Sources {
  /** By their names without dashes. */
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Environment;
  /** What is wrong with the flags already. */
  readonly problems: readonly string[];
  /** Those of the machine that the balancer is to run on, where it is this one. */
  readonly addresses: readonly string[];
}

/** Reads the configuration; throws ConfigError with every problem at once. */
export function readConfig(sources: Sources): Config {
  const { flags, env } = sources;
  const problems = [...sources.problems];
  const path = readOption('config', { flag: flags.get('config'), variable: env[variableOf('config')] }, problems) as string | undefined;
  const file = path ? readFile(path) : nothing;
  problems.push(...file.problems);
  const givenFor = (name: OptionName): Given => ({
    ...{ flag: flags.get(flagOf(name)), variable: env[variableOf(name)] },
    ...{ line: file.texts.get(name), file: path, at: file.lines.get(name) },
  });
  const entries = optionNames.map((name) => [
    name,
    name === 'config' ? path : readOption(name, withSecret(name, givenFor, problems), problems),
  ]);
  const top = Object.freeze(Object.fromEntries(entries)) as unknown as Settings;
  const pools = poolConfigs({ top, file, path, givenFor, problems });
  problems.push(...misfitsIn(top, givenFor), ...circlesIn(pools, sources.addresses));
  if (problems.length > 0) throw new ConfigError(problems);
  return file.pools === undefined ? top : withPools(top, pools);
}

const nothing: FileSettings = { texts: new Map(), lines: new Map(), problems: [] };

/** Where the file has pools, what is listed for all is nothing but the first of them; the default list is none. */
function withPools(top: Settings, pools: readonly LabelledPool[]): Config {
  const listed = pools.find(({ settings }) => settings === top);
  return Object.freeze({
    ...{ ...top, origins: listed?.settings.origins ?? [] },
    pools: pools.map(({ name, settings }) => ({ name, settings })),
  });
}

/** Which settings can't be beside each other. One that can't be used itself is missing, and was told already. */
function misfitsIn(top: Partial<Settings>, givenFor: (name: OptionName) => Given): string[] {
  const exposure = exposureIn(top);
  const misfit = tokensMisfit(top);
  return [
    ...(exposure === undefined ? [] : [`${labelOf('adminHost', givenFor('adminHost'))}: ${exposure}`]),
    ...(misfit === undefined ? [] : [`${labelOf('adminReadToken', withSecret('adminReadToken', givenFor, []))}: ${misfit}`]),
  ];
}

/** What is wrong with the admin side's address, token and callers together. */
function exposureIn({ adminPort, adminHost, adminToken, adminAllow }: Partial<Settings>): string | undefined {
  if (adminPort === 'off' || adminHost === undefined || adminToken === undefined || adminAllow === undefined) return undefined;
  return problemWithExposure(adminHost, adminToken, adminAllow);
}

/** What is wrong with the two tokens together. */
function tokensMisfit({ adminToken, adminReadToken }: Partial<Settings>): string | undefined {
  return adminToken === undefined || adminReadToken === undefined ? undefined : problemWithReadToken(adminReadToken, adminToken);
}

/** Which origins and probes lead back to the balancer itself. */
function circlesIn(pools: readonly LabelledPool[], addresses: readonly string[]): string[] {
  const circles = pools.flatMap(({ settings, label }) => {
    const probe = selfProbeIn(settings, addresses);
    const loops = loopsIn(settings, addresses).map((loop) => `${label('origins')}: ${loop}`);
    return probe === undefined ? loops : [...loops, `${label('healthPort')}: ${probe}`];
  });
  return [...new Set(circles)];
}
